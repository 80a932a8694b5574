"""`funnel-xl check` on 100,000 deals of which one in a hundred is bad, against reading the same file.

    python benchmarks/check.py
"""

import sys

from deals_file import AS_OF, deals_file
from measure import FUNNEL_XL, cost, floor_cost, kept

DEALS = 100_000
PROMISED_OVER_READING = 4.0


def main() -> int:
    source = deals_file(DEALS, bad=0.01)
    reading = floor_cost("read", source)
    checking = cost(FUNNEL_XL, "check", source, "--as-of", AS_OF, allowed=(0, 1))       # 1: it found errors, as it should
    print(f"{DEALS:,} deals: reading         {reading}\n{DEALS:,} deals: funnel-xl check {checking}")
    good = kept("check / reading (wall)", checking.wall / reading.wall, PROMISED_OVER_READING)
    return 0 if kept("check / reading (cpu)", checking.cpu / reading.cpu, PROMISED_OVER_READING) and good else 1


if __name__ == "__main__":
    sys.exit(main())
