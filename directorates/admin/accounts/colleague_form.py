"""The form that adds a colleague: name, e-mail, one role, units."""

from django import forms

from directorates.admin.form_parts.autocomplete import offer_units
from directorates.models import Unit, UnitAssignment
from directorates.queries.staff import account_rights, roles

ALL, SOME = "all", "some"
#: The value of the choice of no role.
NO_ROLE = "none"


class ColleagueForm(forms.Form):
    name = forms.CharField(
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="First and last name. Colleagues see it beside what this person does. The public never does.",
    )
    email = forms.EmailField(
        label="Work e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="For the invitation, and for mail when something waits.",
    )
    role = forms.ChoiceField(
        widget=forms.RadioSelect,
        help_text="What this person may do. It can be changed later.",
        error_messages={"required": "Choose a role."},
    )
    scope = forms.ChoiceField(
        label="Units",
        choices=[(ALL, "All units"), (SOME, "Some units, and all below them")],
        initial=SOME,
        required=False,
        widget=forms.RadioSelect,
        help_text="The others can be read, not changed.",
    )
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        required=False,
        label="Directorates",
        widget=forms.CheckboxSelectMultiple,
        help_text="A directorate comes with every unit below it.",
    )
    offices = forms.ModelMultipleChoiceField(
        Unit.objects.all(),
        required=False,
        label="Other units",
        help_text="Type a part of the name, for an office alone.",
    )

    class Media:
        js = ("admin/autocomplete_label.js",)

    def __init__(self, *args, person, may_assign, admin_site, **kwargs):
        super().__init__(*args, **kwargs)
        self.may_assign = may_assign
        given = set(account_rights.groups_to_give(person).values_list("pk", flat=True))
        found = roles.find()
        self.roles = {str(role.group.pk): role for role in found if role.group.pk in given}
        self.roles_of_others = [role.name for role in found if role.group.pk not in given]
        self.fields["role"].choices = [(key, role.name) for key, role in self.roles.items()]
        if self.roles_of_others:
            self.fields["role"].choices += [(NO_ROLE, "No role yet")]
        if not may_assign:
            for name in ("scope", "units", "offices"):
                del self.fields[name]
            return
        units = self.fields["units"]
        units.queryset = Unit.objects.of_kind(Unit.Kind.DIRECTORATE).order_by(*Unit._meta.ordering)
        offer_units(self.fields["offices"], UnitAssignment._meta.get_field("unit"), admin_site)

    def clean(self):
        super().clean()
        role = self.cleaned_data.get("role")
        if role and self.may_assign and self._needs_units(role) and not self.assigned():
            self.add_error(
                "scope",
                f"Choose the units: without one, this person changes nothing as {self.roles[role].name}.",
            )
        return self.cleaned_data

    def _needs_units(self, role):
        return role in self.roles and self.roles[role].works_on_assigned_units

    def group(self):
        """Return the chosen role as a group, or None."""
        role = self.roles.get(self.cleaned_data["role"])
        return role.group if role else None

    def assigned(self):
        """Return the units to assign. A role that needs none gets none."""
        role = self.cleaned_data.get("role")
        if not self.may_assign or (role in self.roles and not self._needs_units(role)):
            return []
        if self.cleaned_data.get("scope") == ALL:
            return list(Unit.objects.of_kind(Unit.Kind.AGENCY))
        chosen = [*self.cleaned_data.get("units", ()), *self.cleaned_data.get("offices", ())]
        return list(dict.fromkeys(chosen))
