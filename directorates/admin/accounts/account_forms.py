"""The forms of accounts and groups. They show the actions' refusals and keep the typed text."""

import copy

from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import ModelForm
from django.utils import timezone

from directorates.actions.accounts import accounts
from directorates.actions.refusals import REFUSALS, lines_of
from directorates.admin.form_parts.inline_table import InlineTableFormSet
from directorates.queries.staff import account_rights

#: The function that finds what a person may give, for each relation of an account or a group.
_TO_GIVE = {
    "groups": account_rights.groups_to_give,
    "user_permissions": account_rights.permissions_to_give,
    "permissions": account_rights.permissions_to_give,
}


def _refuse_as_action(write):
    """Run `write` and roll it back. Raises ValidationError if an action refuses."""
    try:
        with transaction.atomic():
            write()
            transaction.set_rollback(True)
    except REFUSALS as refusal:
        raise ValidationError(lines_of(refusal)) from refusal


class LimitedForm:
    """A part of the forms of accounts and groups. The page sets `person`, who fills the form in."""

    person = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, find in _TO_GIVE.items():
            if name in self.fields:
                allowed = find(self.person).values("pk")
                self.fields[name].queryset = self.fields[name].queryset.filter(pk__in=allowed)

    def relations(self):
        """Return {name: records} of the relations that the form has."""
        names = {relation.name for relation in self.instance._meta.many_to_many}
        return {name: self.cleaned_data[name] for name in names & self.cleaned_data.keys()}

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            # The table of units is sent with the form and checked with these relations.
            self.instance.relations_sent = self.relations()
            try:
                _refuse_as_action(self._try)
            except ValidationError as refusal:
                self.add_error(None, refusal)

    def _try(self):
        accounts.save(
            account=copy.copy(self.instance),
            relations=self.relations(),
            by=self.person,
            at=timezone.now(),
        )


class AccountForm(LimitedForm, UserChangeForm):
    pass


class GroupForm(LimitedForm, ModelForm):
    pass


class UnitAssignmentFormSet(InlineTableFormSet):
    person = None

    def units(self):
        """Return the units of the rows without those marked for deletion."""
        rows = [form.cleaned_data for form in self.forms if form.is_valid()]
        return [row["unit"] for row in rows if row.get("unit") and not row.get("DELETE")]

    def clean(self):
        super().clean()
        relations = getattr(self.instance, "relations_sent", None)
        if relations is not None and not any(self.errors):
            _refuse_as_action(lambda: self._try(relations))

    def _try(self, relations):
        account, now = copy.copy(self.instance), timezone.now()
        accounts.save(account=account, relations=relations, by=self.person, at=now)
        accounts.assign_units(user=account, units=self.units(), by=self.person, at=now)


class PasswordForm(AdminPasswordChangeForm):
    """Sets the password of another account, or switches its password off."""

    def clean(self):
        cleaned_data = super().clean()
        if not self.errors:
            try:
                _refuse_as_action(lambda: self._set(copy.copy(self.user)))
            except ValidationError as refusal:
                # The page shows errors only beside its fields.
                has_choice = "usable_password" in self.fields
                self.add_error("usable_password" if has_choice else "password1", refusal)
        return cleaned_data

    def save(self, commit=True):
        return self._set(self.user)

    def _set(self, user):
        self.set_password_and_save(user, commit=False)
        return accounts.set_password(user=user, by=self.user.changed_by, at=timezone.now())
