"""The review pack against what must be done anyway, and against openpyxl; its growth from 1,000 to 100,000 deals.

    python benchmarks/review.py [--full]        --full: openpyxl at 100,000 deals too, which takes some minutes

Source: a workbook of 25 columns. Every figure is a whole process, best of three (of one above 10,000 deals).
"""

import sys
import tempfile
from pathlib import Path

from deals_file import AS_OF, deals_file
from measure import FLOOR, FUNNEL_XL, Cost, cost, floor_cost, kept

PROMISED_OVER_FLOOR = 2.5
PROMISED_OVER_OPENPYXL = 1.0
PROMISED_GROWTH = 1.15      # 100,000 deals cost at most so much more than ten times 10,000; below 1 with the cost of starting


def compare(deals: int, folder: Path, times: int, with_openpyxl: bool) -> tuple[Cost, bool]:
    source, pack, cells = deals_file(deals), folder / "pack.xlsx", folder / "cells"
    ours = cost(FUNNEL_XL, "review", source, "--as-of", AS_OF, "--out", pack, times=times)
    cost(sys.executable, FLOOR, "list", pack, cells, times=1)
    floor = floor_cost("draw", source, cells, folder / "floor.xlsx", times=times)
    print(f"{deals:>7,} deals: funnel-xl review {ours}\n{'floor':>32} {floor}")
    good = kept(f"{deals:,} deals: review / floor (wall)", ours.wall / floor.wall, PROMISED_OVER_FLOOR)
    good &= kept(f"{deals:,} deals: review / floor (cpu)", ours.cpu / floor.cpu, PROMISED_OVER_FLOOR)
    if with_openpyxl:
        other = floor_cost("openpyxl", source, cells, folder / "openpyxl.xlsx", times=times)
        print(f"{'openpyxl':>32} {other}")
        good &= kept(f"{deals:,} deals: review / openpyxl (wall)", ours.wall / other.wall, PROMISED_OVER_OPENPYXL)
        good &= kept(f"{deals:,} deals: review / openpyxl (cpu)", ours.cpu / other.cpu, PROMISED_OVER_OPENPYXL)
    return ours, good


def main() -> int:
    full = "--full" in sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = cost(FUNNEL_XL, "review", deals_file(1_000), "--as-of", AS_OF, "--out", folder / "small.xlsx")
        print(f"  1,000 deals: funnel-xl review {small}")
        middle, good = compare(10_000, folder, times=3, with_openpyxl=True)
        large, also_good = compare(100_000, folder, times=1, with_openpyxl=full)
    growth = kept("cost of 100,000 deals / ten times that of 10,000 (cpu)", large.cpu / (10 * middle.cpu), PROMISED_GROWTH)
    growth &= kept("cost of 10,000 deals / ten times that of 1,000 (cpu)", middle.cpu / (10 * small.cpu), PROMISED_GROWTH)
    return 0 if good and also_good and growth else 1


if __name__ == "__main__":
    sys.exit(main())
