import hashlib

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare

from directorates.models.append_only import AppendOnly
from directorates.models.change_set import ChangeSet
from directorates.models.fields import LineField
from directorates.rules import local_time


def _signer():
    return Signer(sep=".", salt="directorates.preview-link")


def hash_of(secret):
    # A secret of 192 random bits needs no slow hash: there are too many secrets to try.
    return hashlib.sha256(secret.encode()).hexdigest()


class PreviewLinkQuerySet(models.QuerySet):
    def get_by_token(self, token):
        """Return the link of a token, even if the link has ended. Raises DoesNotExist for every fault."""
        try:
            pk, _, secret = _signer().unsign(token).partition("-")
        except BadSignature as error:
            raise self.model.DoesNotExist("This token was not made here.") from error
        link = self.select_related("change_set", "made_by").get(pk=pk)
        if not constant_time_compare(link.secret_hash, hash_of(secret)):
            raise self.model.DoesNotExist("This token opens another link.")
        return link


class PreviewLink(models.Model):
    """An address that shows the site with a change set to a person without an account, for some days."""

    change_set = models.ForeignKey(ChangeSet, models.PROTECT, related_name="preview_links")
    for_whom = LineField(
        "for whom",
        max_length=120,
        help_text="Who gets the address, such as “Counsel of the department”. Only staff see it.",
    )
    # Only the address holds the secret itself.
    secret_hash = models.CharField(max_length=64, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    made_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField()
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        # No permissions of its own: people who may change or approve the change set may make its links.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="previewlink_expires_after_it_is_made",
                condition=Q(expires_at__gt=F("made_at")),
                violation_error_message="A link must expire after it was made.",
            )
        ]

    def __str__(self):
        return f"link for {self.for_whom}"

    def token(self, secret):
        """Return the token for the address. It is signed, so a guess is refused without a query."""
        return _signer().sign(f"{self.pk}-{secret}")

    def find_end(self, at):
        """Return the reason why the link has ended at `at`, or '' while it shows the change set."""
        if self.revoked_at is not None:
            return "Revoked"
        if self.expires_at <= at:
            return "Expired"
        if self.change_set.is_to_come(at):
            return ""
        if self.change_set.state == ChangeSet.State.APPROVED:
            return "Ended: the change is in force"
        return f"Ended: the change set is {self.change_set.get_state_display().lower()}"


class PreviewLinkUse(AppendOnly):
    """One use of a link. It does not identify the visitor."""

    link = models.ForeignKey(PreviewLink, models.PROTECT, related_name="uses")
    at = models.DateTimeField()
    path = models.CharField(max_length=300, help_text="The page, as it is addressed on the site.")
    network = models.CharField(
        max_length=50, blank=True, help_text="The visitor's network, without the visitor's part."
    )

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.path} at {local_time.written(self.at)}"
