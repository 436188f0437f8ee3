"""Keeps files that take long to make: made once in a run, then copied. A run includes the processes that it starts."""

import atexit
import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

#: The variable that leads the processes of a run to one folder.
VARIABLE = "KEPT_FILES"


def folder():
    """Return the folder of this run, which ends with the process that asks first."""
    if VARIABLE not in os.environ:
        made = tempfile.mkdtemp(prefix="agency-kept-")
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        os.environ[VARIABLE] = made
    return Path(os.environ[VARIABLE])


def keep(name, path, make):
    """Have the file or folder `path`: copied, or the first time of this name by `make`; return whether it was made.

    Other processes wait until it is made. Nothing is kept if `make` raises an error.
    """
    with _locked(name):
        kept = folder() / name
        if kept.exists():
            _copy(kept, path)
            return False
        make()
        # A copy that breaks off has another name.
        unfinished = folder() / f"{name}.unfinished"
        _copy(path, unfinished)
        unfinished.rename(kept)
        return True


@contextmanager
def _locked(name):
    with open(folder() / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(source, target):
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target)
