import pytest

from agency_site.serving.metrics.files import WorkerFile

#: Invented for this test.
TOKEN = "a token for one test run"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.METRICS_FOLDER = tmp_path / "metrics"


def ask(client, authorization):
    return client.get("/metrics", HTTP_AUTHORIZATION=authorization)


def test_who_knows_the_token_gets_the_numbers_without_the_database(client, settings):
    settings.METRICS_TOKEN = TOKEN
    client.get("/healthz")
    WorkerFile().write()
    response = ask(client, f"Bearer {TOKEN}")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    text = response.text
    assert 'agency_site_requests_total{view="serving:healthz",method="GET",status="200"}' in text
    assert "agency_site_workers 1\n" in text


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_to_whoever_does_not_know_it_there_is_no_such_page(client, settings, authorization):
    settings.METRICS_TOKEN = TOKEN
    assert ask(client, authorization).status_code == 404


@pytest.mark.parametrize("authorization", ["Bearer ", "Bearer", ""])
def test_without_a_token_set_nobody_gets_them(client, settings, authorization):
    settings.METRICS_TOKEN = ""
    assert ask(client, authorization).status_code == 404


def test_a_failed_sign_in_is_counted(client, db, settings):
    settings.METRICS_TOKEN = TOKEN
    client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    WorkerFile().write()
    assert "\nagency_site_sign_in_failures_total " in ask(client, f"Bearer {TOKEN}").text
