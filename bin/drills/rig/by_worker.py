"""Opens connections to each worker of a site. Otherwise the system chooses the worker."""

import os
from pathlib import Path

from bin.drills.rig.load import connect
from bin.production import until


def connections_by_worker(site, *, each=1):
    """Return {process id: connections}, with `each` open connections to every worker."""
    found = {worker: [] for worker in site.workers()}
    for _ in range(20):
        opened = [connect(site.port) for _ in range(4 * each)]
        for connection in opened:
            connection.connect()
        until(lambda these=opened: None not in find_workers(site, these))
        for connection, worker in zip(opened, find_workers(site, opened), strict=True):
            if len(found[worker]) < each:
                found[worker].append(connection)
            else:
                connection.close()
        if all(len(connections) == each for connections in found.values()):
            return found
    raise AssertionError(f"some worker takes no connection: {found}")


def find_workers(site, connections):
    """Return the process at the other end of each connection; None until a worker accepts the connection."""
    with open("/proc/net/tcp") as table:
        lines = [line.split() for line in table][1:]
    # The server's end: its port, the client's port, and the number of the socket.
    sockets = {line[2][-4:]: line[9] for line in lines if line[1][-4:] == f"{site.port:04X}"}
    holders = {number: worker for worker in site.workers() for number in _sockets_of(worker)}
    ports = [connection.sock.getsockname()[1] for connection in connections]
    return [holders.get(sockets.get(f"{port:04X}")) for port in ports]


def _sockets_of(process):
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        try:
            target = os.readlink(descriptor)
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            yield target[8:-1]
