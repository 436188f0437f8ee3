"""Applications that return constant bytes, to measure the server alone: by WSGI, and by RSGI as the site is served.

BENCH_ANSWER names a JSON file with {"headers": [[name, value], ...], "body": bytes as base64}.
"""

import base64
import json
import os
from pathlib import Path

_answer = json.loads(Path(os.environ["BENCH_ANSWER"]).read_text())
BODY = [base64.b64decode(_answer["body"])]
HEADERS = [tuple(header) for header in _answer["headers"]]


def application(environ, start_response):
    start_response("200 OK", HEADERS)
    return BODY


async def rsgi(scope, protocol):
    protocol.response_bytes(200, HEADERS, BODY[0])
