"""Approves change sets in child processes that exit at a given step.

Run as `python -m tests.actions.approving_process`. Each line of the input is a JSON object with the change set,
the reviewer, the instant and `step`. The child dies at this step without a message; 0 lets it live. Each answer
is a line: the end of the child, and the number of its steps.

A step is a statement to the database or the commit. The child dies before the step. The step after the last one
is the instant after the commit.
"""

import json
import os
import signal
import sys
from datetime import datetime

import django


class Steps:
    """Counts the statements to the database, and ends the process at one step."""

    def __init__(self, last):
        self.count = 0
        self.last = last

    def take(self):
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self, execute, sql, params, many, context):
        self.take()
        return execute(sql, params, many, context)


def approve(steps, *, change_set, by, at):
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.db import connection

    from directorates.actions.reviewing import reviewing
    from directorates.models import ChangeSet

    # As in production: the timer sends the mails later, in transactions of their own.
    settings.MAIL_IS_SENT_AT_ONCE = False
    connection.ensure_connection()
    reviewer = get_user_model().objects.get(pk=by)
    found = ChangeSet.objects.get(pk=change_set)
    commit = connection._commit

    def counted_commit():
        steps.take()
        commit()

    connection._commit = counted_commit
    with connection.execute_wrapper(steps):
        reviewing.approve(change_set=found, by=reviewer, at=datetime.fromisoformat(at))
    steps.take()


def run_child(command, report):
    """Fork a child that runs the command; return its wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    steps = Steps(command.pop("step"))
    try:
        approve(steps, **command)
    finally:
        os.write(report, json.dumps(steps.count).encode())
        os._exit(0 if sys.exception() is None else 1)


def main():
    django.setup()
    for line in sys.stdin:
        reading, report = os.pipe()
        status = run_child(json.loads(line), report)
        os.close(report)
        steps = os.read(reading, 100)
        os.close(reading)
        answer = {
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "exit": os.WEXITSTATUS(status),
            "steps": json.loads(steps or b"null"),
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
