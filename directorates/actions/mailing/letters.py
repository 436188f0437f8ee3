"""The words of mails. A subject never has a word of the record: subjects show on locked screens."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from directorates.actions import review_digest
from directorates.models import ChangeSet, MailOccasion
from directorates.queries import visibility
from directorates.queries.staff import invitations, mail_addresses, mail_recipients

Kind, SetState = MailOccasion.Kind, ChangeSet.State

_SUBJECTS = {
    Kind.REVIEW: "a change set waits for your review",
    Kind.RETURNED: "a change set was returned to you",
    Kind.APPROVED: "a change set was approved",
    Kind.IN_FORCE: "a scheduled change is public now",
    Kind.WITHDRAWN: "a change set was withdrawn",
}
#: The states in which an occasion is still news.
_STILL = {
    Kind.REVIEW: {SetState.IN_REVIEW},
    Kind.RETURNED: {SetState.RETURNED},
    Kind.APPROVED: {SetState.APPROVED},
    Kind.IN_FORCE: {SetState.APPROVED},
    Kind.WITHDRAWN: {SetState.WITHDRAWN},
}


def make(person, messages, *, origin, site_name, at):
    """Return a mail about all these messages, and the messages that are no news any more.

    The mail is None if nothing is left to say.
    """
    if not mail_recipients.is_reachable(person):
        return None, messages
    if messages[0].occasion.kind == Kind.INVITATION:
        letter = _invitation(person, messages[0].occasion, origin, site_name, at)
        return letter, [] if letter else messages
    sets, idle, due = [], [], None
    may_see_sets = visibility.can_see_change_sets(person)
    for message in messages:
        occasion = message.occasion
        if occasion.kind == Kind.DUE:
            due = review_digest.make(
                user=person,
                url=f"{origin}{mail_addresses.due_for_a_review()}",
                site_name=site_name,
                at=at,
            )
            idle += [] if due else [message]
        elif may_see_sets and occasion.change_set.state in _STILL[occasion.kind]:
            sets.append(occasion)
        else:
            idle.append(message)
    return _letter(person, sets, due, origin, site_name), idle


def _letter(person, sets, due, origin, site_name):
    if not sets:
        return due
    number = len(sets) + bool(due)
    subject = _SUBJECTS[sets[0].kind] if number == 1 else f"{number} things on your list today"
    context = {
        "name": person.get_full_name() or person.get_username(),
        "occasions": sets,
        "due": due,
        "origin": origin,
        "account_url": f"{origin}{mail_addresses.own_account()}",
    }
    return EmailMessage(
        subject=f"{site_name}: {subject}",
        body=render_to_string("admin/mail/sets.txt", context),
        to=[person.email],
    )


def _invitation(person, occasion, origin, site_name, at):
    found = invitations.of_user(person, at=at)
    if found is None or found.end:
        return None
    context = {
        "invitation": found,
        "by": occasion.by,
        "site_name": site_name,
        "url": f"{origin}{mail_addresses.invitation(found.token)}",
    }
    return EmailMessage(
        subject=f"{site_name}: add your passkey to sign in",
        body=render_to_string("admin/mail/invitation.txt", context),
        to=[person.email],
    )
