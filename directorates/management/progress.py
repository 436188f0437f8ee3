"""Shows the progress of long commands, and ends them on Ctrl+C with a sentence."""

import signal
import sys
import threading
import time
from contextlib import contextmanager

from django.core.management.base import CommandError
from tqdm import tqdm

#: Seconds between two lines in a log.
LOG_SECONDS = 10
#: What a shell expects of a command that Ctrl+C ended.
INTERRUPTED = 128 + signal.SIGINT

# The bar would otherwise start a thread of its own, and an export forks.
tqdm.monitor_interval = 0


def progress(items, *, total, unit, description):
    """Yield the items, and show how many of them are left: see `counting`."""
    with counting(total, unit=unit, description=description) as advance:
        for item in items:
            yield item
            advance()


@contextmanager
def counting(total, *, unit, description):
    """Show how much of `total` is left; yield a function that counts one more, or a number of them.

    A terminal shows a bar. A log gets a line every ten seconds, so a quick command writes none.
    """
    if sys.stderr.isatty():
        with tqdm(total=total, unit=f" {unit}", desc=description, unit_scale=True, leave=False) as bar:  # fmt: skip
            yield bar.update
        return
    done, last = 0, time.monotonic()

    def advance(number=1):
        nonlocal done, last
        done += number
        if time.monotonic() - last >= LOG_SECONDS:
            last = time.monotonic()
            print(f"{description}: {done:,} of {total:,} {unit}", file=sys.stderr, flush=True)

    yield advance


def say(sentence):
    """Write a sentence to a terminal, before work that cannot be counted."""
    if sys.stderr.isatty():
        print(sentence, file=sys.stderr, flush=True)


@contextmanager
def interruptible(sentence):
    """Raise CommandError with `sentence` on Ctrl+C, or with the words of the KeyboardInterrupt.

    A second Ctrl+C is ignored, because it would stop the removal of unfinished files.
    """

    def interrupt(*_):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    try:
        with _on_interrupt(interrupt):
            yield
    except KeyboardInterrupt as error:
        words = str(error) or sentence
        raise CommandError(f"Interrupted. {words}", returncode=INTERRUPTED) from None


@contextmanager
def uninterrupted(sentence):
    """Let Ctrl+C wait for the end of the block, then raise KeyboardInterrupt with `sentence`.

    If the block fails, the KeyboardInterrupt has no words.
    """
    interrupts = []
    is_done = False
    try:
        with _on_interrupt(lambda *_: interrupts.append(True)):
            yield
        is_done = True
    finally:
        if interrupts:
            raise KeyboardInterrupt(*[sentence] * is_done)


@contextmanager
def _on_interrupt(handler):
    """Call the handler on Ctrl+C. Signals reach the main thread alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
