"""The public forms. They read and check input; an action saves it."""

import uuid
from urllib.parse import urlsplit

from django import forms
from django.core import signing
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST_COMMENT = 2000
LONGEST_PAGE = 300
SECONDS_A_FORM_STAYS_VALID = 24 * 60 * 60

_SCALE = [
    (1, "1: Strongly disagree"),
    (2, "2: Disagree"),
    (3, "3: Neither agree nor disagree"),
    (4, "4: Agree"),
    (5, "5: Strongly agree"),
]

_submission_signer = signing.Signer(salt="directorates.survey.submission")


def issue_submission(*, at):
    """Return a signed token that identifies one submission, so a second sending is noticed."""
    return _submission_signer.sign_object([uuid.uuid4().hex, int(at.timestamp())])


def read_submission(token, *, at):
    """Return the submission's UUID, or None if this site did not issue the token or it is too old."""
    try:
        submission_id, issued_at = _submission_signer.unsign_object(token)
    except signing.BadSignature:
        return None
    if at.timestamp() - issued_at > SECONDS_A_FORM_STAYS_VALID:
        return None
    return uuid.UUID(submission_id)


def local_path(text):
    """Return the path of a page of this site, or '' for anything else.

    The query is left out, because it may hold search words.
    """
    if not (
        text.startswith("/")
        and text.isprintable()
        and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    ):
        return ""
    path = urlsplit(text).path
    return path if len(path) <= LONGEST_PAGE else ""


def _scale_field(statement, *, required):
    return forms.TypedChoiceField(
        label=statement,
        choices=_SCALE,
        coerce=int,
        empty_value=None,
        required=required,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how far you agree that your visit increased your trust.",
            "invalid_choice": "Choose one of the five answers, from 1 to 5.",
        },
    )


class _LongTextField(forms.CharField):
    widget = forms.Textarea

    def to_python(self, value):
        # Browsers send a line break as two characters, but a visitor counts one.
        return super().to_python(value).replace("\r\n", "\n")


class SurveyForm(forms.Form):
    """The visitor survey: trust first, then the reasons for it, then free text.

    `submission_id` identifies the submission if the sent token is valid at `at`. `token` is the token for the next
    sending. It stays the same while it is valid, so answers sent again after a correction count once.
    """

    trust = _scale_field("My visit today increased my trust in this agency.", required=True)
    ease = _scale_field("It was easy to find what I came for.", required=False)
    effectiveness = _scale_field("What I found met my need.", required=False)
    comments = _LongTextField(
        label="What else would you like to tell us about your visit?",
        required=False,
        max_length=LONGEST_COMMENT,
        error_messages={
            "max_length": "Shorten your text to %(limit_value)d characters. It has %(show_value)d.",
            "null_characters_not_allowed": "Your text holds a character that cannot be saved.",
        },
    )
    # A plain field: a fault in a hidden field must not become an error, because the visitor cannot correct it.
    page = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, at, **kwargs):
        super().__init__(data, **kwargs)
        sent = self.data.get("token", "")
        self.submission_id = read_submission(sent, at=at)
        self.token = sent if self.submission_id else issue_submission(at=at)

    def clean_page(self):
        return local_path(self.cleaned_data["page"] or "")

    def clean(self):
        if self.submission_id is None:
            raise forms.ValidationError(
                "This form was open for too long, so your answers have not been saved yet."
                " They are still here: send them again.",
                code="stale",
            )
