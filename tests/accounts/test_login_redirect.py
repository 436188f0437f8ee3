import pytest

from directorates.accounts.login_redirect import find_login_redirect

FORM = "/admin/directorates/office/7/change/"
SITE = "http://testserver"


def test_a_page_that_was_asked_for_leads_back_to_itself(rf):
    assert find_login_redirect(rf.get(f"{FORM}?_popup=1")) == f"{FORM}?_popup=1"


def test_a_form_leads_back_to_the_page_that_it_was_sent_from(rf):
    sent_from = f"{SITE}{FORM}?_changelist_filters=q%3Dx"
    request = rf.post("/admin/directorates/changeset/7/transition/", headers={"referer": sent_from})

    assert find_login_redirect(request) == f"{FORM}?_changelist_filters=q%3Dx"


@pytest.mark.parametrize("address", [FORM, "/admin/directorates/office/add/"])
def test_without_a_referer_a_forms_own_address_is_opened(rf, address):
    assert find_login_redirect(rf.post(address)) == address


def test_without_a_referer_no_address_is_opened_that_takes_forms_alone(rf):
    assert find_login_redirect(rf.post("/admin/directorates/changeset/7/transition/")) == "/admin/"


@pytest.mark.parametrize(
    "referer",
    [
        f"https://evil.example{FORM}",
        f"//evil.example{FORM}",
        f"http://testserver@evil.example{FORM}",
        "javascript:alert(1)",
        FORM,
        f"{SITE}/accounts/login/",
        f"{SITE}/admin/login/",
        f"{SITE}/admin/logout/",
        f"{SITE}//evil.example/admin/",
        f"{SITE}/",
        "http://[",
    ],
)
def test_no_other_page_is_taken_from_a_referer(rf, referer):
    request = rf.post("/admin/directorates/changeset/7/transition/", headers={"referer": referer})

    assert find_login_redirect(request) == "/admin/"
