"""The mail on what is due for a review."""

import smtplib
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone

from directorates.actions import upkeep
from directorates.actions.mailing import choices
from directorates.models import SiteSettings
from tests.factories import changed, make_agency, make_directorate, make_user, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db):
    SiteSettings.objects.update_or_create(
        pk=1, defaults={"site_name": "Example.gov", "domain": "example.gov"}
    )


@pytest.fixture
def north():
    long_ago = timezone.now() - timedelta(days=420)
    published(make_agency(at=long_ago), at=long_ago)
    return published(make_directorate(name="North & Sons", acronym="", at=long_ago), at=long_ago)


def editor(unit, name="edith", **fields):
    fields = {"email": f"{name}@example.gov"} | fields
    return make_user(role="Editor", units=[unit], username=name, **fields)


def sent():
    out = StringIO()
    call_command("send_review_digest", stdout=out)
    return out.getvalue()


def test_each_person_gets_what_concerns_this_person(north):
    changed(north, name="A secret until Monday")
    editor(north)
    publisher = make_user(role="Publisher", username="paul", email="paul@example.gov")
    owner = editor(north, "olga")
    upkeep.plan(record=north, values={"upkeep_owner": owner}, by=None, at=timezone.now())
    assert sent() == "2 mails sent.\n"
    by_address = {message.to[0]: message for message in mail.outbox}
    assert set(by_address) == {"olga@example.gov", "paul@example.gov"}
    own, other = by_address["olga@example.gov"], by_address["paul@example.gov"]
    assert own.subject == "Example.gov: 1 record due for a review"
    assert "- North & Sons: due since " in own.body
    assert "(overdue)" in own.body
    assert "https://example.gov/admin/upkeep/?of=own" in own.body
    assert "Agency of Examples" not in own.body
    assert "- North & Sons (olga): due since " in other.body
    assert "https://example.gov/admin/upkeep/?of=overdue" in other.body
    assert publisher.email == other.to[0]
    assert "secret" not in own.body + other.body


def test_nobody_gets_an_empty_mail(north):
    editor(north)
    upkeep.confirm(edition=north.editions.get(), by=None, at=timezone.now())
    assert sent() == "0 mails sent.\n"
    assert mail.outbox == []


def test_only_active_staff_with_an_address_get_it(north):
    editor(north, "former", is_active=False)
    editor(north, "silent", email="")
    sent()
    assert mail.outbox == []


def test_a_mail_that_fails_stops_no_other(north, monkeypatch):
    editor(north, "first")
    editor(north, "second")
    send = EmailBackend.send_messages

    def fail_once(self, messages):
        if messages[0].to == ["first@example.gov"]:
            raise smtplib.SMTPDataError(550, b"no such mailbox")
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", fail_once)
    with pytest.raises(CommandError, match=r"first@example\.gov: .*no such mailbox"):
        sent()
    assert [message.to for message in mail.outbox] == [["second@example.gov"]]


def test_who_gets_it_on_a_day_gets_it_once(north):
    editor(north)
    assert sent() == "1 mails sent.\n"
    assert sent() == "0 mails sent.\n"


def test_who_chose_one_mail_a_day_gets_it_with_that_mail(north, monkeypatch):
    choices.choose(user=editor(north), rhythm="daily")
    SiteSettings.objects.update(time_zone="UTC")
    now = timezone.now().replace(hour=6) + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert sent() == "0 mails sent.\n"
    now = now.replace(hour=8)
    call_command("send_mail", stdout=StringIO())
    assert [message.subject for message in mail.outbox] == [
        "Example.gov: 1 record due for a review"
    ]


def test_a_dry_run_sends_nothing(north):
    editor(north)
    out = StringIO()
    call_command("send_review_digest", "--dry-run", stdout=out)
    assert "To: edith@example.gov" in out.getvalue()
    assert "North & Sons" in out.getvalue()
    assert mail.outbox == []


def test_the_command_says_what_is_not_set_up(north, settings):
    SiteSettings.objects.update(domain="")
    with pytest.raises(CommandError, match="name no domain"):
        sent()
    settings.MAIL_IS_SET_UP = False
    with pytest.raises(CommandError, match="set EMAIL_URL and DEFAULT_FROM_EMAIL"):
        sent()
