"""The life of a passkey in Chromium, with Chromium's virtual authenticator."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS
from tests.factories import make_user

PASSWORD = "correct horse battery staple"


@pytest.fixture
def authenticator(page):
    """A virtual device that keeps passkeys and confirms the user."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return debugger


@pytest.fixture
def address(site, settings):
    """The address of a site with a production server's rules. A passkey needs a host name, not an IP address."""
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.LOCAL = False
    return site.replace("127.0.0.1", "localhost")


def sign_in_with_password(page, user):
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in with your password").click()


def enroll(page, address, user):
    """Sign in with the password, add a passkey, confirm with it, and see the recovery codes."""
    page.goto(f"{address}/admin/")
    sign_in_with_password(page, user)
    expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def sign_out(page, address):
    page.goto(f"{address}/accounts/2fa/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")


def test_a_new_account_adds_a_passkey_and_signs_in_with_it(
    page, address, authenticator, browser_complaints
):
    user = make_user(is_superuser=True, password=PASSWORD)
    enroll(page, address, user)
    page.get_by_role("link", name="Go to the staff pages").click()
    expect(page.get_by_role("heading", name="The organization")).to_be_visible()
    sign_out(page, address)

    page.goto(f"{address}/admin/directorates/office/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    page.wait_for_url("**/admin/directorates/office/")
    passkey = Authenticator.objects.get(user=user, type="webauthn")
    assert str(passkey) == "Work laptop"
    assert passkey.wrap().is_passwordless
    assert browser_complaints == []


def test_the_password_of_an_account_with_a_passkey_opens_nothing(page, address, authenticator):
    user = make_user(is_superuser=True, password=PASSWORD)
    enroll(page, address, user)
    sign_out(page, address)

    sign_in_with_password(page, user)
    expect(page.get_by_role("heading", name="second step")).to_be_visible()
    page.goto(f"{address}/admin/")
    assert "/accounts/" in page.url

    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/admin/")


def test_a_recovery_code_leads_to_another_passkey(page, address, authenticator):
    user = make_user(is_superuser=True, password=PASSWORD)
    enroll(page, address, user)
    code = page.locator("code").first.inner_text()
    sign_out(page, address)

    sign_in_with_password(page, user)
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Sign in with the code").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_role("link", name="Add another one").click()

    expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()


def test_a_passkey_opens_what_wrong_passwords_have_locked(page, address, authenticator):
    user = make_user(is_superuser=True, password=PASSWORD)
    enroll(page, address, user)
    sign_out(page, address)
    for _ in range(5):
        page.get_by_label("Username").fill(user.username)
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in with your password").click()
    sign_in_with_password(page, user)
    expect(page.get_by_role("alert")).to_contain_text("Too many failed login attempts")

    page.get_by_role("button", name="Sign in with a passkey").click()

    page.wait_for_url("**/admin/")


def test_signing_out_everywhere_else_leaves_this_browser_in(
    page, address, authenticator, find_axe_violations
):
    user = make_user(is_superuser=True, password=PASSWORD)
    Client().force_login(user)
    enroll(page, address, user)
    page.goto(f"{address}/accounts/2fa/")
    expect(page.get_by_text("Elsewhere, without a passkey")).to_be_visible()
    assert find_axe_violations(page) == []

    page.get_by_role("button", name="Sign out everywhere else").click()

    expect(page.get_by_text("Signed out in 1 other place.")).to_be_visible()
    expect(page.get_by_text("Here, with a passkey")).to_be_visible()
    assert find_axe_violations(page) == []


def test_a_passkey_that_is_not_given_is_told_on_the_page(page, address, authenticator):
    page.goto(f"{address}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("No passkey was given")


def test_a_button_sends_nothing_before_its_script_is_there(page, address, browser_complaints):
    page.route("**/webauthn*.js", lambda route: route.abort())
    page.goto(f"{address}/accounts/login/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_disabled()
    browser_complaints.clear()

    page.unroute("**/webauthn*.js")
    page.reload()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()


def test_axe_finds_nothing_on_the_sign_in_pages_and_none_is_too_wide(
    page, address, authenticator, find_axe_violations, browser_complaints
):
    user = make_user(is_superuser=True, password=PASSWORD)
    found = {}

    def look(name):
        found[name] = find_axe_violations(page, widths=WIDTHS)

    page.goto(f"{address}/accounts/login/")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in with your password").click()
    look("login")
    sign_in_with_password(page, user)
    look("add")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("button", name="Use your passkey")).to_be_visible()
    look("confirm")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look("recovery codes")
    pk = Authenticator.objects.get(type="webauthn").pk
    for path in (
        "2fa/",
        "2fa/webauthn/",
        f"2fa/webauthn/keys/{pk}/edit/",
        f"2fa/webauthn/keys/{pk}/remove/",
        "2fa/totp/activate/",
        "2fa/recovery-codes/generate/",
        "reauthenticate/",
        "2fa/reauthenticate/",
        "logout/",
        "inactive/",
        "too-late/",
    ):
        response = page.goto(f"{address}/accounts/{path}")
        assert response.status == 200, path
        look(path)
    sign_out(page, address)
    sign_in_with_password(page, user)
    look("second step")
    assert {path: violations for path, violations in found.items() if violations} == {}
    assert browser_complaints == []
