"""The form of a unit: what it refuses before a save."""

from django import forms
from django.core.exceptions import ValidationError

from directorates.actions import responsibilities
from directorates.admin.records.governed_form import GovernedForm
from directorates.models import Responsibility, Unit, UnitContent
from directorates.queries.referring_texts import PLAIN_TEXTS
from directorates.rules import outcomes
from directorates.rules.content import text

Kind = UnitContent.Kind


#: Characters of a summary that says enough for a list. It is advice, and no bound.
SHORTEST_SUMMARY = 50
#: Texts that a person writes in sentences have several lines. They are saved as one line.
_SEVERAL_LINES = {"summary": 2}


class NewResponsibilitiesField(forms.CharField):
    """Responsibilities that are not in the list yet, one a line. Its value is a list of unsaved or found rows."""

    widget = forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField", "spellcheck": "true"})

    def clean(self, value):
        phrases = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        return [self._read(phrase) for phrase in dict.fromkeys(phrases)]

    def _read(self, phrase):
        new = Responsibility(phrase=phrase)
        if same := responsibilities.find_same(phrase, besides=new):
            return same
        try:
            new.clean_fields(exclude=["phrase_folded"])
        except ValidationError as error:
            raise ValidationError(
                [f"“{text.shorten(phrase, 60)}”: {message}" for message in error.messages]
            ) from error
        return new


class UnitForm(GovernedForm):
    new_responsibilities = NewResponsibilitiesField(
        required=False,
        label="Responsibilities that are not in the list",
        help_text="Write them here, one a line, such as “Permits for trees”. They are made when you save, and"
        " appear on the unit’s page and in “Who does what” once the unit is published.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in PLAIN_TEXTS:
            if name in self.fields:
                self.fields[name].widget.attrs["data-holds-references"] = ""
        for name, rows in _SEVERAL_LINES.items():
            if name in self.fields:
                self._give_lines(name, rows)
        if "summary" in self.fields:
            self.fields["summary"].widget.attrs |= {
                "data-least": SHORTEST_SUMMARY,
                "data-most": 160,
            }

    def _give_lines(self, name, rows):
        own = self.fields[name].widget.attrs
        lines = {"rows": rows, "class": "vLargeTextField"}
        self.fields[name].widget = forms.Textarea(attrs=own | lines)

    def clean_overview(self):
        return _checked_prose(self.cleaned_data["overview"])

    def clean_body(self):
        return _checked_prose(self.cleaned_data["body"])

    def clean_parent(self):
        parent = self.checked_place("parent")
        if parent is not None and parent.pk == self.instance.pk:
            raise ValidationError("A unit cannot be part of itself. Choose another one.")
        return parent

    def clean_successors(self):
        successors = self.cleaned_data["successors"]
        if any(successor.pk == self.instance.pk for successor in successors):
            raise ValidationError("A unit cannot be its own successor. Choose another one.")
        return successors

    def clean(self):
        """Refuse a number of successors that does not fit a closed unit's outcome."""
        super().clean()
        data = self.cleaned_data
        if data.get("is_closed") and "outcome" in data and "successors" in data:
            problem = outcomes.find_problem(data["outcome"], len(data["successors"]))
            if problem:
                self.add_error("outcome", problem)

    def clean_kind(self):
        kind = self.cleaned_data["kind"]
        if kind == Kind.AGENCY:
            other = Unit.objects.of_kind(Kind.AGENCY).exclude(pk=self.instance.pk).first()
            if other is not None:
                raise ValidationError(
                    f"There is one agency, and it is {other}. Choose directorate or office."
                )
        return kind


def _checked_prose(html):
    """Return sanitized rich text. Raises ValidationError in the editor's terms."""
    problems = text.find_rich_text_problems(html)
    if problems:
        # The editor shows no source lines, so line numbers would mean nothing.
        sentences = [problem.partition(": ")[2] or problem for problem in problems]
        raise ValidationError([f"{text.capitalized(words)}." for words in sentences])
    return text.sanitize(html)
