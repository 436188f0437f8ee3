"""The page that corrects what is public now, while something else is drafted or scheduled."""

from copy import copy
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone

from directorates.actions.publishing import correction_plan
from directorates.actions.publishing.editions import Snapshot, edition_of
from directorates.actions.refusals import PublishingError
from directorates.actions.reviewing import corrections
from directorates.admin.records.assigned_records import is_assigned_to, require_assigned
from directorates.admin.refusals import posted_text, refusals_shown_in
from directorates.admin.wording import (
    content_of,
    exact_moment,
    labeled_difference,
    labeled_differences,
    sorted_records,
    submission_message,
)
from directorates.models import UnitEdition
from directorates.queries import referring_texts
from directorates.queries.differences import LabeledDifference
from directorates.rules.compare import contents
from directorates.rules.content import text

_PREFIX = "carry-"


@dataclass(frozen=True)
class CarriedRow:
    """What a scheduled version or the draft takes of the correction."""

    label: str
    differences: list[LabeledDifference]


@dataclass(frozen=True)
class Question:
    """A place that the correction changes, and a scheduled version or the draft changes too."""

    where: str
    difference: LabeledDifference
    input_name: str
    #: (value, words, whether it is chosen)
    answers: list

    @property
    def differences(self):
        return [self.difference]


@dataclass(frozen=True)
class CorrectionView:
    """A correction as the page shows it."""

    differences: list[LabeledDifference]
    questions: list[Question]
    #: Empty while a question is open.
    carried: list[CarriedRow]
    shown_hash: str = ""


class CorrectionPages:
    """A part of GovernedAdmin."""

    def get_urls(self):
        page = self.page_path("<int:pk>/correct/", self.correct_view, "correct")
        return [page, *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and obj.pk and getattr(obj, "is_in_force", False):
            may_correct = self._may_correct(request) and is_assigned_to(request, obj)
            differs = obj.has_unpublished_changes or obj.is_scheduled
            context["correct_url"] = self.page_url("correct", obj.pk) if may_correct else ""
            context["is_ahead_of_public"] = differs
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _may_correct(self, request):
        return self.has_change_permission(request) or self.has_publish_permission(request)

    def correct_view(self, request, pk):
        if not self._may_correct(request):
            raise PermissionDenied("Your account may not correct what is public.")
        record = get_object_or_404(self.record_model._base_manager, pk=pk)
        require_assigned(request, [record])
        now = timezone.now()
        try:
            base = correction_plan.find_base(record, at=now)
        except PublishingError as error:
            return self.leave(request, self.url_of(record), str(error), messages.WARNING)
        form = self._correction_form(request, record, base)
        choices, plan = _posted_choices(request), None
        if request.method == "POST" and form.is_valid():
            with refusals_shown_in(form):
                fields = correction_plan.find_changed(base, _snapshot(form, base))
                plan = correction_plan.make_plan(record, fields, at=now)
                if plan.is_empty:
                    raise PublishingError("Nothing is corrected yet: the form says what is public.")
                if "_publish" in request.POST:
                    return self._correct_and_leave(request, record, plan, choices, now)
        return self._correction_page(request, record, base, form, plan, choices)

    def _correction_form(self, request, record, base):
        published = copy(record)
        for name, value in base.content_values().items():
            setattr(published, name, value)
        # The form reads the edition's relations, and merges with a publication since it was opened.
        published._prefetched_objects_cache = dict(getattr(base, "_prefetched_objects_cache", {}))
        published.version = base.number
        published.saved_at, published.saved_by = base.approved_at, base.approved_by
        form_class = self.get_form(request, published, fields=base.correctable_names())
        form_class.saved_phrase = "published another version"
        return form_class(request.POST or None, instance=published)

    def _correct_and_leave(self, request, record, plan, choices, now):
        correction = {
            "record": record,
            "fields": correction_plan.find_changed(plan.base, plan.corrected),
            "number": plan.base.number,
            "choices": choices,
            "shown": posted_text(request, "shown"),
            "change_note": posted_text(request, "change_note"),
            "by": request.user,
            "at": now,
        }
        if not self._may_publish_alone(request):
            change_set = corrections.submit(**correction)
            return self.leave(
                request, change_set.get_absolute_url(), submission_message(change_set)
            )
        made = corrections.publish(**correction)
        message = f"Corrected: “{record}”. The public sees it now."
        if others := len(made) - 1:
            versions = "the scheduled version" if others == 1 else f"{others} scheduled versions"
            message += f" {text.capitalized(versions)} took the correction too."
        return self.leave(request, self.url_of(record), message)

    def _correction_page(self, request, record, base, form, plan, choices):
        view = self.correction_view(plan, choices, at=timezone.now()) if plan else None
        return self.show_page(
            request,
            "correct",
            title="Correct what is public now",
            subtitle=str(record),
            record=record,
            record_url=self.url_of(record),
            form=form,
            adminform=AdminForm(
                form, _fieldsets_of(self.get_fieldsets(request, record), form), {}, model_admin=self
            ),
            media=self.media + form.media,
            correction=view,
            is_ready=bool(view and view.differences and not form.errors),
            change_note=posted_text(request, "change_note"),
            note_length=UnitEdition._meta.get_field("change_note").max_length,
            scheduled=[
                exact_moment(one.effective_from)
                for one in record.editions.scheduled(timezone.now())
            ],
            has_draft=record.has_unpublished_changes,
            may_publish_alone=self._may_publish_alone(request),
            since=exact_moment(base.effective_from) if base.beginning_is_known else "",
        )

    def correction_view(self, plan, choices, *, at):
        """Return a CorrectionPlan as rows. A number of queries that does not depend on the length of texts."""
        contents_shown = [
            plan.base,
            edition_of(plan.corrected),
            *(one.content for one in plan.carried),
        ]
        facts = referring_texts.read_for(contents_shown, at=at)
        is_open = bool(plan.open_questions(choices))
        return CorrectionView(
            differences=_differences(plan.base, plan.corrected, facts),
            questions=_questions(plan, choices, facts),
            carried=[]
            if is_open
            else [
                CarriedRow(_label(one), _differences(one.content, one.merged(choices), facts))
                for one in plan.carried
            ],
            shown_hash=plan.shown_hash,
        )


def _snapshot(form, base):
    """Return the content that the form says."""
    snapshot = Snapshot.of(base, form.instance)
    values, relations = dict(snapshot.values), dict(snapshot.relation_ids)
    for name, value in form.cleaned_data.items():
        if name in relations:
            relations[name] = sorted(row.pk for row in value)
    for name, kind in correction_plan.kinds_of(base).items():
        if kind != contents.IDS:
            values[name] = getattr(form.instance, name)
    return Snapshot(snapshot.record, values, relations)


def _posted_choices(request):
    return {
        name.removeprefix(_PREFIX): value
        for name, value in request.POST.items()
        if name.startswith(_PREFIX)
    }


def _fieldsets_of(fieldsets, form):
    """Return the fieldsets with the fields of this form only. Rows of several fields stay rows."""
    found = []
    for title, options in fieldsets:
        rows = []
        for row in options["fields"]:
            names = [
                name for name in ([row] if isinstance(row, str) else row) if name in form.fields
            ]
            if names:
                rows.append(names[0] if len(names) == 1 else tuple(names))
        if rows:
            found.append((title, {"fields": rows}))
    return found


def _label(carried):
    if carried.is_draft:
        return "The draft"
    return f"The version scheduled for {exact_moment(carried.content.effective_from)}"


def _differences(content, snapshot, facts):
    before = content_of(content)
    return labeled_differences(
        content.content_class, before, before | _as_content(content, snapshot), facts=facts
    )


def _as_content(content, snapshot):
    """Return a snapshot's values as `content_of` does. A correction leaves foreign keys alone."""
    names = set(content.correctable_names())
    columns = [field for field in content.content_fields() if field.name in names]
    values = {field.name: snapshot.values[field.attname] for field in columns}
    for relation in content.content_relations():
        if relation.name in names:
            rows = relation.related_model.objects.filter(
                pk__in=snapshot.relation_ids[relation.name]
            )
            values[relation.name] = sorted_records(rows)
    return values


def _questions(plan, choices, facts):
    fields = {field.attname: field for field in plan.base.content_fields()}
    kinds, questions = correction_plan.kinds_of(plan.base), []
    for name, (field, part) in plan.clashes.items():
        where = " and ".join(_label(one) for one in plan.carried if name in one.clashes)
        words = {
            contents.THEIRS: "What is written there",
            contents.MINE: "The correction",
            contents.BOTH: "Both, the correction after the other",
        }
        column = fields[field]
        theirs, mine = part.theirs, part.mine
        questions.append(
            Question(
                where,
                labeled_difference(
                    column, text.capitalized(column.verbose_name), theirs, mine, facts=facts
                ),
                f"{_PREFIX}{name}",
                [
                    (value, words[value], choices.get(name) == value)
                    for value in contents.may_choose(kinds[field], part)
                ],
            )
        )
    return questions
