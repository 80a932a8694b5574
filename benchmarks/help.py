"""Processor seconds of `funnel-xl --help`, beside those of a Python that does nothing.

    python benchmarks/help.py
"""

import sys

from measure import FUNNEL_XL, cost, kept

PROMISED_SECONDS = 0.3


def main() -> int:
    nothing, helping = cost(sys.executable, "-c", "", times=5), cost(FUNNEL_XL, "--help", times=5)
    print(f"python -c ''      {nothing}\nfunnel-xl --help  {helping}")
    return 0 if kept("processor seconds of funnel-xl --help", helping.cpu, PROMISED_SECONDS) else 1


if __name__ == "__main__":
    sys.exit(main())
