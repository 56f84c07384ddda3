"""Who used the processor meanwhile: the parts of the server, PostgreSQL, others."""

import contextlib
import os
import resource
import time
from collections import Counter
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
#: Odoo makes the processes that run jobs nice.
JOBS_NICE = 10


def read_busy():
    """Return the CPU seconds that the whole machine used since it started."""
    cpu = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    # user, nice, system, -, -, irq, softirq
    return sum(int(cpu[at]) for at in (0, 1, 2, 5, 6)) / TICKS


def wait_quiet(cores, seconds):
    """Wait until the machine uses less than so many cores, at most so long."""
    limit = time.monotonic() + seconds
    while seconds > 0:
        before, begun = read_busy(), time.monotonic()
        time.sleep(0.5)
        used = (read_busy() - before) / (time.monotonic() - begun)
        if used <= cores or time.monotonic() > limit:
            return


def parse_stat(text):
    """Return what is needed of /proc/PID/stat: parent, group, CPU seconds, nice."""
    fields = text.rpartition(")")[2].split()
    return {
        "ppid": int(fields[1]),
        "pgrp": int(fields[2]),
        "seconds": (int(fields[11]) + int(fields[12])) / TICKS,
        "nice": int(fields[16]),
    }


class CpuUse:
    """Measures between start() and stop(); gives cores, 1.0 is one busy core.

    :param OdooServer server: whose processes are told apart
    :param int postmaster: PostgreSQL's first process
    """

    def __init__(self, server, postmaster):
        self.server = server
        self.postmaster = postmaster
        self._before = self._begun = None

    def start(self):
        """Note what was used until now."""
        self._begun = time.monotonic()
        self._before = self._read()
        return self

    def stop(self):
        """Return the cores used since the start, by role."""
        used = self._read()
        used.subtract(self._before)
        seconds = time.monotonic() - self._begun
        whole = used.pop("whole")
        used["others"] = max(0.0, whole - sum(used.values()))
        return {role: round(max(0.0, used[role]) / seconds, 2) for role in sorted(used)}

    def _read(self):
        used = Counter()
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, IndexError):
                stat = parse_stat((path / "stat").read_text())
                role = self._get_role(path, stat)
                if role:
                    used[role] += stat["seconds"]
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = resource.getrusage(resource.RUSAGE_SELF)
        for usage in (children, own):
            used["load"] += usage.ru_utime + usage.ru_stime
        used["whole"] = read_busy()
        return used

    def _get_role(self, path, stat):
        if stat["ppid"] == self.postmaster:
            return "postgres"
        if stat["pgrp"] != self.server.process.pid:
            return None
        if b"gevent" in (path / "cmdline").read_bytes().split(b"\0"):
            return "live updates"
        return "jobs" if stat["nice"] == JOBS_NICE else "http"
