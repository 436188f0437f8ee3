"""The text fields of the models that clean their text."""

from django.apps import apps
from django.db import models

from directorates.models.fields import FoldedField, _Cleaned
from directorates.models.records.unit_content import RichTextField

#: Text that the program writes, or that stays exactly as a visitor wrote it.
WRITTEN_BY_THE_PROGRAM = {
    ("AuditEntry", name) for name in ("by_name", "action", "record_model", "record_pk", "record_label", "comment", "search_text")
} | {
    ("ChangeSet", "state"),
    ("ChangeSetStep", "name"),
    ("ChangeSetStep", "from_state"),
    ("ChangeSetStep", "to_state"),
    ("Contribution", "record_model"),
    *(
        ("TextWaiver", name)
        for name in ("record_model", "field", "kind", "found", "finding", "text_hash")
    ),
    ("RecordReview", "record_model"),
    ("WithholdingStep", "edition_model"),
    ("WithholdingStep", "name"),
    ("WithholdingStep", "to_state"),
    ("Contribution", "did"),
    ("Enrollment", "link_number"),
    ("FormPresence", "record_model"),
    ("MailMessage", "error"),
    ("MailOccasion", "key"),
    ("Remark", "record_kind"),
    ("Remark", "field"),
    ("PreviewLink", "secret_hash"),
    ("PreviewLinkUse", "path"),
    ("PreviewLinkUse", "network"),
    ("SearchTrigram", "trigram"),
    ("SearchTrigram", "word"),
    ("SearchWord", "word"),
    ("StaffSession", "session_key"),
    ("StaffSession", "session_data"),
    ("SurveyResponse", "page"),
    ("SurveyResponse", "comments"),
}  # fmt: skip


def test_every_text_that_people_type_is_cleaned():
    texts = {
        (model.__name__, field.name): field
        for model in apps.get_app_config("directorates").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices
    }
    plain = {
        name
        for name, field in texts.items()
        if not isinstance(field, _Cleaned | RichTextField | FoldedField)
    }
    assert plain == WRITTEN_BY_THE_PROGRAM & texts.keys()


def test_a_migration_sees_a_field_of_django():
    for model in apps.get_app_config("directorates").get_models():
        for field in model._meta.local_fields:
            assert not field.deconstruct()[1].startswith("directorates.models.fields")
