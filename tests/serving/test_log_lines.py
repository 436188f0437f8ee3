import json
import logging
import sys

from agency_site.serving.log_lines import HasException, JsonLine, WordLine, current_request


def record(words="Something happened", *values, exc_info=None, **extra):
    made = logging.LogRecord("a.logger", logging.WARNING, "file.py", 1, words, values, exc_info)
    made.created = 1_790_000_000.25
    vars(made).update(extra)
    return made


def failure():
    try:
        raise ValueError("broken on purpose")
    except ValueError:
        return sys.exc_info()


def test_a_json_line_has_the_instant_in_utc_and_what_happened():
    assert json.loads(JsonLine().format(record("%s left", "One"))) == {
        "time": "2026-09-21T14:13:20.250+00:00",
        "level": "WARNING",
        "logger": "a.logger",
        "message": "One left",
    }


def test_a_line_within_a_request_names_it():
    facts = {"request_id": "abc", "method": "GET", "path": "/about/"}
    token = current_request.set(facts)
    try:
        line = json.loads(JsonLine().format(record()))
    finally:
        current_request.reset(token)
    assert facts.items() <= line.items()
    assert "request_id" not in json.loads(JsonLine().format(record()))


def test_only_known_extra_fields_are_written():
    line = json.loads(JsonLine().format(record(status=200, duration_ms=1.5, password="secret")))
    assert (line["status"], line["duration_ms"]) == (200, 1.5)
    assert "password" not in line


def test_an_exception_stays_within_the_one_line():
    text = JsonLine().format(record(exc_info=failure()))
    assert "\n" not in text
    assert "ValueError: broken on purpose" in json.loads(text)["exception"]


def test_a_visitor_cannot_forge_a_line():
    assert "\n" not in JsonLine().format(record("%s", 'x\n{"level": "ERROR"}'))


def test_a_line_of_words_is_in_utc_too():
    assert (
        WordLine().format(record())
        == "2026-09-21T14:13:20.250+00:00 WARNING a.logger: Something happened"
    )


def test_the_filter_lets_pass_what_has_an_exception():
    assert HasException().filter(record(exc_info=failure()))
    assert not HasException().filter(record())
