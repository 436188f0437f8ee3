"""Spreads the work of an export over processes, one for each core."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from django.db import connections

from agency_site.serving.static_export import ExportError

#: Each process has a connection to the database, and takes some 50 MiB.
MOST_PROCESSES = 8
#: Items that a process takes at a time: about a tenth of a second's work, and few messages.
_ITEMS_AT_A_TIME = 16

#: The function of the export to which this process belongs.
_function = None


@contextmanager
def spread(function, *, count=None):
    """Yield a map of `function` over items, in order, for `count` processes. One process is this one.

    The others are forks, so `function` may refer to everything that this process has loaded. Their errors are
    raised here. They end with the block, and with this process.
    """
    count = count or min(os.cpu_count() or 1, MOST_PROCESSES)
    if count == 1:
        yield lambda items: map(function, items)
        return
    _close_connections()
    pool = ProcessPoolExecutor(
        count, multiprocessing.get_context("fork"), initializer=_begin, initargs=(function,)
    )
    try:
        yield lambda items: pool.map(_run, items, chunksize=_ITEMS_AT_A_TIME)
    except BrokenProcessPool as error:
        raise ExportError(
            "A process of the export was ended, perhaps because the machine has too little memory."
            " The static copy is as it was."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _close_connections():
    """Close the connections, which two processes cannot share. Each process opens its own."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.settings_dict["OPTIONS"].get("pool"):
            connection.close_pool()


def _begin(function):
    global _function
    _function = function
    # Ctrl+C reaches all processes of a terminal. The first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent():
    multiprocessing.parent_process().join()
    os._exit(1)


def _run(item):
    return _function(item)
