"""Reads CPU time and memory of a server's processes from the system."""

import os
import re
from contextlib import suppress
from pathlib import Path

#: The system's clock ticks in a second.
TICKS = os.sysconf("SC_CLK_TCK")


def family(pid):
    """Return a process and all its descendants."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_seconds(pid):
    total = 0
    for member in family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def shared_out_mib(pid):
    """Return the memory of a process and its descendants in MiB. Pages that they share count once."""
    total = 0
    for member in family(pid):
        with suppress(OSError, TypeError):  # It has ended meanwhile.
            sizes = Path(f"/proc/{member}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", sizes, re.MULTILINE)[1])
    return total / 1024


def memory_mib(pid):
    """Return the resident memory of the largest descendant, the worker, in MiB."""
    sizes = [
        int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{member}/status").read_text())[1])
        for member in family(pid)
    ]
    return max(sizes) / 1024
