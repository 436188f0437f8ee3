"""The mail that tells people which records are due for a review. It holds public names and days only."""

from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from directorates.queries.staff import upkeep

#: The most records of a list in a mail. After them comes the link to all.
MOST_LISTED = 20


def find_recipients():
    """Return the active members of staff who have an e-mail address, in the order of their names."""
    people = get_user_model().objects.filter(is_active=True, is_staff=True).exclude(email="")
    return people.order_by("username")


def make(*, user, url, site_name, at):
    """Return the mail for a person, or None if nothing is due for this person.

    `url` is the whole address of the staff page with all that is due. Days are in the current time zone.
    """
    own = upkeep.find_own(user, at=at, most=MOST_LISTED)
    overdue = upkeep.find_overdue_of_others(user, at=at, most=MOST_LISTED)
    total = own.total + overdue.total
    if not total:
        return None
    context = {
        "name": user.get_full_name() or user.get_username(),
        "site_name": site_name,
        "own": own,
        "overdue": overdue,
        "url": url,
    }
    return EmailMessage(
        subject=f"{site_name}: {total} record{'' if total == 1 else 's'} due for a review",
        body=render_to_string("admin/review_digest.txt", context),
        to=[user.email],
    )
