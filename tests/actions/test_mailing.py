"""Mails on change sets: to whom, when, and never twice."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from directorates.actions.mailing import choices, sending
from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet, MailChoice, MailMessage, MailOccasion, SiteSettings
from tests.factories import changed, make_agency, make_unit, make_user, published

pytestmark = pytest.mark.django_db

State, Rhythm = MailMessage.State, MailChoice.Rhythm
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def site(settings):
    settings.AUTHORS_MAY_APPROVE = False
    SiteSettings.objects.update_or_create(
        pk=1, defaults={"site_name": "Example.gov", "domain": "example.gov"}
    )


@pytest.fixture
def unit():
    long_ago = timezone.now() - timedelta(days=9)
    published(make_agency(at=long_ago), at=long_ago)
    return published(make_unit(at=long_ago), at=long_ago)


def person(name, role, units=None, **fields):
    fields = {"email": f"{name}@example.gov"} | fields
    return make_user(role=role, units=units, username=name, **fields)


@pytest.fixture
def edith(unit):
    return person("edith", "Editor", [unit])


@pytest.fixture
def rita(unit):
    return person("rita", "Reviewer", [unit])


def submitted(unit, by, **fields):
    return reviewing.submit_records(
        records=[changed(unit, by=by, name="A secret name")],
        title="A secret merger",
        by=by,
        at=timezone.now(),
        **fields,
    )


def sent():
    """Send what waits; return [(address, subject)] of the mails."""
    mail.outbox.clear()
    sending.send()
    return [(letter.to[0], letter.subject) for letter in mail.outbox]


def states():
    return list(MailMessage.objects.order_by("pk").values_list("state", flat=True))


def test_who_may_approve_a_set_hears_that_it_waits(unit, edith, rita):
    person("remote", "Reviewer", [])
    person("silent", "Reviewer", [unit], email="")
    person("former", "Reviewer", [unit], is_active=False)
    other = person("other", "Editor", [unit])
    change_set = submitted(unit, edith)

    assert sent() == [("rita@example.gov", "Example.gov: a change set waits for your review")]
    [letter] = mail.outbox
    assert (
        f"https://example.gov/admin/directorates/changeset/{change_set.pk}/change/" in letter.body
    )
    assert "“A secret merger” waits for your review. edith sent it." in letter.body
    assert other.email not in letter.recipients()
    assert sent() == []


def test_no_subject_has_a_word_of_the_record(unit, edith, rita):
    submitted(unit, edith)
    reviewing.return_to_author(
        change_set=ChangeSet.objects.get(), by=rita, at=timezone.now(), comment="A secret reason"
    )
    sending.send()

    assert mail.outbox
    assert not any("secret" in letter.subject.lower() for letter in mail.outbox)
    assert not any("reason" in letter.body for letter in mail.outbox)


def test_authors_hear_what_others_decide(unit, edith, rita):
    change_set = submitted(unit, edith, effective_from=timezone.now() + 9 * HOUR)
    sent()
    reviewing.return_to_author(change_set=change_set, by=rita, at=timezone.now(), comment="No.")
    assert sent() == [("edith@example.gov", "Example.gov: a change set was returned to you")]

    change_set.refresh_from_db()
    reviewing.submit(change_set=change_set, by=edith, at=timezone.now())
    assert [address for address, _ in sent()] == ["rita@example.gov"]
    reviewing.approve(change_set=change_set, by=rita, at=timezone.now())
    assert sent() == [("edith@example.gov", "Example.gov: a change set was approved")]

    reviewing.withdraw(change_set=change_set, by=rita, at=timezone.now(), comment="Later.")
    assert sent() == [("edith@example.gov", "Example.gov: a change set was withdrawn")]


def test_the_timer_says_once_that_a_planned_change_took_effect(unit, edith, rita):
    at = timezone.now() - 3 * HOUR
    change_set = reviewing.submit_records(
        records=[changed(unit, by=edith, name="New")], by=edith, at=at, effective_from=at + HOUR
    )
    reviewing.approve(change_set=change_set, by=rita, at=at)

    subjects = dict.fromkeys(subject for _, subject in sent())

    assert "Example.gov: a scheduled change is public now" in subjects
    in_force = MailMessage.objects.filter(occasion__kind="in-force", state=State.SENT)
    assert {message.person for message in in_force} == {edith, rita}
    assert sent() == []


def test_a_change_that_takes_effect_with_its_approval_is_one_mail(unit, edith, rita):
    change_set = submitted(unit, edith)
    sent()
    reviewing.approve(change_set=change_set, by=rita, at=timezone.now())
    assert sent() == [("edith@example.gov", "Example.gov: a change set was approved")]


def test_nobody_hears_of_what_is_no_news_any_more(unit, edith, rita):
    change_set = submitted(unit, edith)
    sending.spread(at=timezone.now())
    reviewing.take_back(change_set=change_set, by=edith, at=timezone.now())
    assert sent() == []
    assert states() == [State.UNNEEDED]


def test_who_left_meanwhile_gets_no_mail(unit, edith, rita):
    submitted(unit, edith)
    sending.spread(at=timezone.now())
    rita.is_active = False
    rita.save()
    assert sent() == []
    assert states() == [State.UNNEEDED]


def test_a_change_that_is_rolled_back_leaves_no_mail(unit, edith, rita):
    with pytest.raises(RuntimeError), transaction.atomic():
        submitted(unit, edith)
        raise RuntimeError
    assert not MailOccasion.objects.exists()
    assert sent() == []


def test_one_mail_a_day_has_everything_and_comes_after_the_hour(unit, edith, rita, monkeypatch):
    choices.choose(user=rita, rhythm=Rhythm.DAILY)
    for _ in range(2):
        submitted(published(make_unit(parent=unit), at=timezone.now()), edith)
    early, late = (timezone.now().replace(hour=hour, minute=5) for hour in (6, 8))
    monkeypatch.setattr(sending.timezone, "now", lambda: early + timedelta(days=1))
    SiteSettings.objects.update(time_zone="UTC")
    assert sent() == []
    monkeypatch.setattr(sending.timezone, "now", lambda: late + timedelta(days=1))
    assert sent() == [("rita@example.gov", "Example.gov: 2 things on your list today")]
    assert mail.outbox[0].body.count("waits for your review") == 2

    submitted(published(make_unit(parent=unit), at=timezone.now()), edith)
    assert sent() == [], "one mail a day"
    monkeypatch.setattr(sending.timezone, "now", lambda: late + timedelta(days=2))
    assert sent() == [("rita@example.gov", "Example.gov: a change set waits for your review")]


def test_who_wants_no_mail_gets_none(unit, edith, rita):
    choices.choose(user=rita, rhythm=Rhythm.NONE)
    submitted(unit, edith)
    assert sent() == []
    assert states() == [State.UNNEEDED]


def failing(error, *, times=1):
    """Return a function that fails `times` times and then sends."""
    send, left = EmailBackend.send_messages, [error] * times

    def fail(self, messages):
        if left:
            raise left.pop()
        return send(self, messages)

    return fail


def test_what_the_mail_server_refuses_is_tried_again_later(unit, edith, rita, monkeypatch):
    refusal = smtplib.SMTPDataError(451, b"Try later")
    monkeypatch.setattr(EmailBackend, "send_messages", failing(refusal))
    submitted(unit, edith)
    now = timezone.now()
    assert sent() == []
    assert states() == [State.WAITING]
    assert sent() == [], "not before its time"
    monkeypatch.setattr(sending.timezone, "now", lambda: now + timedelta(minutes=2))
    assert [address for address, _ in sent()] == ["rita@example.gov"]
    assert states() == [State.SENT]


def test_a_mail_that_is_refused_each_time_is_given_up(unit, edith, rita, monkeypatch):
    refusal = smtplib.SMTPRecipientsRefused({"rita@example.gov": (550, b"No such mailbox")})
    monkeypatch.setattr(EmailBackend, "send_messages", failing(refusal, times=99))
    submitted(unit, edith)
    now = timezone.now()
    for hour in range(sending.MOST_TRIES + 3):
        monkeypatch.setattr(sending.timezone, "now", lambda hour=hour: now + hour * HOUR)
        sending.send()
    message = MailMessage.objects.get()
    assert (message.state, message.tries) == (State.FAILED, sending.MOST_TRIES)


def test_a_broken_connection_is_no_reason_to_send_a_mail_twice(unit, edith, rita, monkeypatch):
    error = smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
    monkeypatch.setattr(EmailBackend, "send_messages", failing(error))
    submitted(unit, edith)
    report = sending.send()
    assert [address for address, _ in report.unsure] == ["rita@example.gov"]
    assert states() == [State.UNSURE]
    assert sent() == []


def test_a_mail_server_that_cannot_be_reached_loses_nothing(unit, edith, rita, monkeypatch):
    def refuse(self):
        raise ConnectionRefusedError

    choices.choose(user=rita, rhythm=Rhythm.AT_ONCE)
    submitted(unit, edith)
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "open", refuse)
        with pytest.raises(ConnectionRefusedError):
            sending.send()
    assert states() == [State.WAITING]
    assert len(sent()) == 1


def test_what_a_killed_process_had_begun_is_not_sent_again(unit, edith, rita, monkeypatch):
    def die(self, messages):
        raise KeyboardInterrupt

    submitted(unit, edith)
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", die)
        with pytest.raises(KeyboardInterrupt):
            sending.send()
    assert states() == [State.SENDING]
    assert sent() == []
    now = timezone.now()
    monkeypatch.setattr(sending.timezone, "now", lambda: now + HOUR)
    assert sent() == []
    assert states() == [State.UNSURE]


def test_old_occasions_are_forgotten(unit, edith, rita, monkeypatch):
    submitted(unit, edith)
    sent()
    now = timezone.now()
    monkeypatch.setattr(sending.timezone, "now", lambda: now + timedelta(days=99))
    sending.send()
    assert not MailOccasion.objects.exists()


def test_what_happened_long_before_the_timer_ran_is_no_news(unit, edith, rita, monkeypatch):
    submitted(unit, edith)
    now = timezone.now()
    monkeypatch.setattr(sending.timezone, "now", lambda: now + timedelta(days=4))
    assert sent() == []
    assert states() == []


def test_a_site_without_a_mail_server_works_and_sends_no_old_news_later(
    unit, edith, rita, settings
):
    settings.MAIL_IS_SET_UP = False
    submitted(unit, edith)
    with pytest.raises(sending.NotSetUpError, match="EMAIL_URL"):
        sending.send()
    settings.MAIL_IS_SET_UP = True
    assert sent() == []
