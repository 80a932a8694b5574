"""What a whole process costs: wall clock and processor time, the best of several runs."""

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

FUNNEL_XL = Path(sys.executable).with_name("funnel-xl")
FLOOR = Path(__file__).with_name("floor.py")


@dataclass(frozen=True)
class Cost:
    """Seconds of one process."""

    wall: float
    cpu: float                  # user + system

    def __str__(self) -> str:
        return f"{self.wall:8.2f} s wall {self.cpu:8.2f} s cpu"


def cost(*command: object, times: int = 3, allowed: tuple[int, ...] = (0,)) -> Cost:
    """The cheapest of several runs, since noise of the machine only ever adds; any other exit code ends the benchmark."""
    costs = [_once([str(word) for word in command], allowed)[0] for _ in range(times)]
    return Cost(min(one.wall for one in costs), min(one.cpu for one in costs))


def floor_cost(*arguments: object, times: int = 3) -> Cost:
    """The cheapest of several runs of floor.py, without what it says it spent on loading its list of cells."""
    costs = []
    for _ in range(times):
        whole, said = _once([sys.executable, str(FLOOR), *(str(word) for word in arguments)], (0,))
        wall, cpu = (float(word) for word in said.split())
        costs.append(Cost(whole.wall - wall, whole.cpu - cpu))
    return Cost(min(one.wall for one in costs), min(one.cpu for one in costs))


def _once(command: list[str], allowed: tuple[int, ...]) -> tuple[Cost, str]:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    # English whatever the machine speaks, so that every machine draws the same sheets.
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "FUNNEL_LANGUAGE": "en"})
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in allowed:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), done.stdout


def kept(what: str, ratio: float, promise: float) -> bool:
    """Print a ratio beside its promise, and whether it is kept."""
    print(f"{what:<56} {ratio:7.2f}   promised: at most {promise:g}; {'kept' if ratio <= promise else 'BROKEN'}")
    return ratio <= promise
