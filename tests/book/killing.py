"""Children that are killed, or that run in want of something, while they write a file."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from funnel_xl.errors import FunnelError

DONE, REFUSED, CRASHED = 0, 2, 9


def in_child(work: Callable[[], object]) -> int:
    """Start `work` in a process of its own; its number comes back."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(DONE)
    except FunnelError:
        os._exit(REFUSED)
    except BaseException:
        os._exit(CRASHED)


def outcome(child: int) -> int:
    """How a child ended: an exit code, or minus the signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_often(file: Path, work: Callable[[], object], times: int, seed: int = 0) -> Counter[str]:
    """Kill `work`, which writes `file`, so many times at a random moment, and say which file was there then.

    The file must be the old or the new one, to the byte; its backup, where there is one, the old one.
    """
    old = file.read_bytes()
    spans = []
    for _ in range(3):
        file.write_bytes(old)
        start = time.perf_counter()
        if outcome(in_child(work)) != DONE:
            raise AssertionError("the work can't be done even in peace")
        spans.append(time.perf_counter() - start)
    new = file.read_bytes()
    backup = file.with_name(file.name + ".bak")
    dice, found = random.Random(seed), Counter()
    kills = 0
    while kills < times:
        file.write_bytes(old)
        backup.unlink(missing_ok=True)
        child = in_child(work)
        time.sleep(dice.uniform(0, min(spans)))
        os.kill(child, signal.SIGKILL)
        killed = outcome(child) == -signal.SIGKILL
        kills += killed
        now = file.read_bytes()
        assert now in (old, new), "neither the old file nor the new one"
        assert not backup.exists() or backup.read_bytes() == old, "the backup is not the old file"
        found[f"{'killed' if killed else 'finished before'}, {'old' if now == old else 'new'} file"] += 1
    for left in file.parent.glob(".funnel-xl-*.tmp"):
        left.unlink()
    return found
