"""The form of a unit: what it refuses before a save."""

from django.core.exceptions import ValidationError

from directorates.admin.records.governed_form import GovernedForm
from directorates.models import Unit, UnitContent
from directorates.queries.referring_texts import PLAIN_TEXTS
from directorates.rules import outcomes
from directorates.rules.content import text

Kind = UnitContent.Kind


class UnitForm(GovernedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in PLAIN_TEXTS:
            if name in self.fields:
                self.fields[name].widget.attrs["data-holds-references"] = ""

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
