"""Sending the mails that wait: at most once each, by any number of processes at the same time.

A message is claimed by one conditional update, which is committed before the mail server gets the mail. Afterwards
its end is written. If the mail server refuses the mail, it waits for another try. If the process ends, or the
connection breaks, between the claim and the end, nobody knows whether the mail went out: it is never sent again,
and the first page tells administrators. Everything in a mail is on the first page too, so a lost mail loses no
work, and a second one would be taken for a second event.
"""

import contextlib
import smtplib
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby

from django.conf import settings
from django.core.mail import mailers
from django.db import transaction
from django.utils import timezone

from directorates.actions.mailing import letters
from directorates.actions.refusals import Refusal
from directorates.models import ChangeSet, MailChoice, MailMessage, MailOccasion
from directorates.models.records.governed import GOVERNED
from directorates.queries import visibility
from directorates.queries.staff import mail_recipients
from directorates.rules import local_time

State, Kind, Rhythm = MailMessage.State, MailOccasion.Kind, MailChoice.Rhythm

#: A mail that was refused is tried again after 1, 2, 4 … minutes, at most an hour, and so many times in all.
MOST_TRIES = 14
_LONGEST_WAIT = 60
#: A message that is being sent for longer belongs to a process that has ended.
_LOST_AFTER = timedelta(minutes=15)
#: What happened longer ago is no news, such as after a time without the timer.
_NEWS = timedelta(days=3)
#: Occasions are kept for this long.
_KEPT = timedelta(days=90)
#: The hour of the daily mail, in the agency's time zone.
DAILY_HOUR = 7


class NotSetUpError(Refusal):
    """Something is missing without which no mail can be sent."""


@dataclass
class Report:
    """What became of the mails of one run. `failed` and `unsure` have pairs of an address and an error."""

    sent: int = 0
    failed: list = field(default_factory=list)
    unsure: list = field(default_factory=list)


@dataclass(frozen=True)
class _Mail:
    """Messages for one person that make one mail."""

    person: object
    messages: list
    is_daily: bool = False


def find_origin(given=""):
    """Return scheme and host of the links in mails. Raises NotSetUpError."""
    domain = visibility.site_settings().domain
    found = given or settings.STAFF_ORIGIN or (f"https://{domain}" if domain else "")
    if not found:
        raise NotSetUpError(
            "The site settings name no domain. Name the site: --origin https://www.agency.gov"
        )
    return found.rstrip("/")


def send(*, origin="", kinds=None):
    """Send everything that waits now, or only occasions of these `kinds`; return a Report.

    Raises NotSetUpError and, if no mail server answers, OSError.
    """
    if not settings.MAIL_IS_SET_UP:
        raise NotSetUpError("No mail was sent: set EMAIL_URL and DEFAULT_FROM_EMAIL.")
    origin, site = find_origin(origin), visibility.site_settings()
    at = timezone.now()
    with timezone.override(site.time_zone):
        find_in_force(at=at)
        spread(at=at)
        give_up_lost(at=at)
        report = Report()
        found = list(_find_mails(at, kinds))
        if found:
            with mailers.default as connection:
                for mail in found:
                    _send_one(connection, mail, origin, site.site_name, report)
        _forget_old(at)
    return report


def find_in_force(*, at):
    """Note each set that took effect as planned since the last run, once."""
    pks = {
        pk
        for governed in GOVERNED
        for pk in governed.edition_model.objects.beginning_within(at - _NEWS)
        .order_by()
        .values_list("change_set", flat=True)
    }
    sets = ChangeSet.objects.filter(pk__in=pks, state=ChangeSet.State.APPROVED)
    planned = [one for one in sets if one.approved_at < one.effective_from <= at]
    MailOccasion.objects.bulk_create(
        [
            MailOccasion(
                kind=Kind.IN_FORCE,
                change_set=one,
                at=one.effective_from,
                key=f"in-force:{one.pk}:{one.effective_from.timestamp():.0f}",
            )
            for one in planned
        ],
        ignore_conflicts=True,
    )


def note_due(people, *, at):
    """Note once a week for each person that records may be due for a review."""
    year, week, _ = local_time.day_of(at).isocalendar()
    MailOccasion.objects.bulk_create(
        [
            MailOccasion(kind=Kind.DUE, person=person, at=at, key=f"due:{year}-{week}:{person.pk}")
            for person in people
        ],
        ignore_conflicts=True,
    )


def spread(*, at):
    """Make a message for each person whom an occasion concerns. A crash leaves all of an occasion, or nothing."""
    waiting = MailOccasion.objects.filter(spread_at=None).select_related("change_set", "person")
    for occasion in waiting:
        with transaction.atomic():
            own = MailOccasion.objects.filter(pk=occasion.pk, spread_at=None)
            if not own.update(spread_at=at):
                continue
            MailMessage.objects.bulk_create(
                [
                    MailMessage(occasion=occasion, person=person, next_try_at=at)
                    for person in _recipients_of(occasion, at)
                ],
                ignore_conflicts=True,
            )


def _recipients_of(occasion, at):
    is_news = occasion.at > at - _NEWS or occasion.kind == Kind.INVITATION
    return mail_recipients.find(occasion, at=at) if is_news else []


def give_up_lost(*, at):
    """Mark what a process had claimed that has ended since: perhaps it was sent."""
    lost = MailMessage.objects.filter(state=State.SENDING, claimed_at__lt=at - _LOST_AFTER)
    lost.update(state=State.UNSURE, ended_at=at, error="The process ended while it was sent.")


def _find_mails(at, kinds):
    """Yield a _Mail for each mail that is to be sent now."""
    waiting = (
        MailMessage.objects.filter(state=State.WAITING, next_try_at__lte=at)
        .select_related("person__mail_choice", "occasion__change_set", "occasion__by")
        .order_by("person__username", "person", "pk")
    )
    if kinds is not None:
        waiting = waiting.filter(occasion__kind__in=kinds)
    for person, own in groupby(waiting, key=lambda message: message.person):
        together = []
        for message in own:
            choice = _rhythm_of(person)
            if message.occasion.kind == Kind.INVITATION or choice == Rhythm.AT_ONCE:
                yield _Mail(person, [message])
            elif choice == Rhythm.NONE:
                _end(MailMessage.objects.filter(pk=message.pk, state=State.WAITING), State.UNNEEDED)
            else:
                together.append(message)
        # The daily mail has everything, so it waits for a run without `kinds`.
        if together and kinds is None and _is_time_for_daily(person, at):
            yield _Mail(person, together, is_daily=True)


def _rhythm_of(person):
    choice = getattr(person, "mail_choice", None)
    return Rhythm.AT_ONCE if choice is None else choice.rhythm


def _is_time_for_daily(person, at):
    """Whether it is after the hour, and no daily mail has gone out today."""
    last = person.mail_choice.daily_at
    is_open = last is None or local_time.day_of(last) < local_time.day_of(at)
    return is_open and timezone.localtime(at).hour >= DAILY_HOUR


def _begin_daily(person, at):
    """Whether this process sends a person's daily mail, because no other one has begun."""
    own = MailChoice.objects.filter(user=person, daily_at=person.mail_choice.daily_at)
    return bool(own.update(daily_at=at))


def _send_one(connection, mail, origin, site_name, report):
    at = timezone.now()
    if mail.is_daily and not _begin_daily(mail.person, at):
        return
    claimed = _claim(mail.messages, at)
    own = list(claimed.select_related("person", "occasion__change_set", "occasion__by"))
    if not own:
        return
    letter, idle = letters.make(mail.person, own, origin=origin, site_name=site_name, at=at)
    _end(claimed.filter(pk__in=[message.pk for message in idle]), State.UNNEEDED)
    if letter is None:
        return
    claimed = claimed.filter(state=State.SENDING)
    try:
        connection.send_messages([letter])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        _try_again(claimed, own, mail, str(error), at)
        report.failed.append((mail.person.email, error))
        _connect_again(connection)
    except (OSError, smtplib.SMTPException) as error:
        _end(claimed, State.UNSURE, error=str(error))
        report.unsure.append((mail.person.email, error))
        _connect_again(connection)
    else:
        _end(claimed, State.SENT)
        report.sent += 1


def _connect_again(connection):
    """Begin a new connection: the old one may be broken, which says nothing about the next mail. Raises OSError."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        connection.close()
    connection.open()


def _claim(messages, at):
    """Take messages for this process alone; return those that no other process had taken."""
    claim = uuid.uuid4()
    free = MailMessage.objects.filter(
        pk__in=[message.pk for message in messages], state=State.WAITING
    )
    free.update(state=State.SENDING, claim=claim, claimed_at=at)
    return MailMessage.objects.filter(claim=claim)


def _try_again(claimed, own, mail, error, at):
    """Let refused messages wait for the next try, or give them up. No mail went out."""
    tries = max(message.tries for message in own) + 1
    if tries >= MOST_TRIES:
        _end(claimed, State.FAILED, error=error, tries=tries)
        return
    wait = timedelta(minutes=min(2 ** (tries - 1), _LONGEST_WAIT))
    claimed.update(state=State.WAITING, tries=tries, next_try_at=at + wait, error=error)
    if mail.is_daily:
        # The daily mail of today has not gone out.
        MailChoice.objects.filter(user=mail.person).update(daily_at=None)


def _end(messages, state, **fields):
    messages.update(state=state, ended_at=timezone.now(), **fields)


def _forget_old(at):
    old = MailOccasion.objects.filter(at__lt=at - _KEPT, spread_at__isnull=False)
    old.exclude(messages__state__in=[State.WAITING, State.SENDING]).delete()
