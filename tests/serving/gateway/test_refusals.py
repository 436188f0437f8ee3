from agency_site.serving.gateway.refusals import plain_answer


def test_a_refusal_is_a_line_of_text_that_loads_nothing_and_is_loaded_by_nobody():
    headers, body = plain_answer(413, "Too much", retry_after=5, closes=True)
    headers = dict(headers)
    assert body == b"Too much\n"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
