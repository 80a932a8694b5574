"""Every sheet of `funnel-xl report` on 100,000 deals with 400,000 changes of stage, against reading the same file.

    python benchmarks/report.py [KEY ...]
"""

import sys

from deals_file import AS_OF, history_file
from measure import FUNNEL_XL, cost, floor_cost, kept

from funnel_xl.sheets.reports import REPORTS

DEALS = 100_000
PROMISED_OVER_READING = 4.0


def main(names: list[str]) -> int:
    source = history_file(DEALS)
    reading = floor_cost("read", source)
    print(f"{DEALS:,} deals, {4 * DEALS:,} changes of stage: reading {reading}")
    good = True
    for name in names or REPORTS:
        report = cost(FUNNEL_XL, "report", source, name, "--json", "--as-of", AS_OF)
        print(f"funnel-xl report {name:<20} {report}")
        good &= kept(f"report {name} / reading (wall)", report.wall / reading.wall, PROMISED_OVER_READING)
        good &= kept(f"report {name} / reading (cpu)", report.cpu / reading.cpu, PROMISED_OVER_READING)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
