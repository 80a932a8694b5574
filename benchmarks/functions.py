"""The functions of a workbook through xlwings' COM server under Wine, against functions that do nothing, and against a call for each cell.

    python benchmarks/functions.py      sets Wine up on first use (as root, about two minutes)
"""

import datetime as dt
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from measure import kept

from tests.com.client import Cells, Client, base, set_up, site

DEALS = 10_000
ROUNDS = 6                  # noise only adds: the cheapest counts
MODULE = "funnel_xl.excel.functions"
PROMISED_COLUMNS, PROMISED_WEIGHT, PROMISED_IMPORT = 1.6, 1.2, 1.15
HEADER = ["ID", "Account", "Stage", "Amount", "Win probability", "Fund rate", "Competition rate", "Close date", "Stage entered", "Owner",
          "Product", "Created"]
STAGES = [["Stage", "Kind", "Probability", "Stall days"], ["Lead", "open", 0.1, 30], ["Demo", "open", 0.35, 30],
          ["Quote", "open", 0.65, 15], ["Won", "won", 1.0, None], ["Lost", "lost", 0.0, None]]
RATES = (0.25, 0.5, 0.75, 0.99)


def deal(number: int) -> list[object]:
    """One of the deals: each row differs, every third stands in one stage."""
    return [f"D{number}", f"Customer {number % 97}", ("Lead", "Demo", "Quote")[number % 3], 1000.0 + number, None, RATES[number % 4],
            RATES[number // 4 % 4], dt.datetime(2026, 1 + number % 12, 15), dt.datetime(2025, 12, 1), "Ann", "P", dt.datetime(2025, 6, 1)]


def cheapest(client: Client, calls: dict[str, tuple]) -> dict[str, float]:
    """Seconds of each call, the best of all rounds; in turns, so that a busy minute of the machine hits all of them."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, call in calls.items():
            client.call(*call)
            best[name] = min(best[name], client.seconds)
    return best


def import_seconds(folder: Path, module: str) -> float:
    """Seconds of importing a module in a new process of the server's Python."""
    code = f"import sys,time; sys.path.insert(0,'Z:{folder}'); t=time.perf_counter(); import {module}; print(time.perf_counter()-t)"
    done = subprocess.run([str(base() / "python"), "-B", "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> int:
    if trouble := set_up():
        sys.exit(trouble)
    with tempfile.TemporaryDirectory() as made:
        folder = site(Path(made) / "site")
        client = Client(folder)
        deals = Cells([HEADER, *map(deal, range(DEALS))])
        amounts, chances = Cells([[float(number)] for number in range(DEALS)]), Cells([[0.5]] * DEALS)
        cost = cheapest(client, {
            "echo": ("witness", "ECHO", deals),
            "columns": (MODULE, "FUNNEL_COLUMNS", deals, Cells(STAGES), dt.datetime(2026, 1, 1)),
            "first": ("witness", "FIRST", amounts, chances),
            "weight": (MODULE, "FUNNEL_WEIGHT", amounts, chances),
            "one": ("witness", "WEIGHT_OF_ONE", Cells([[1.0]]), Cells([[0.5]])),
        })
        client.close()
        rounds = [(import_seconds(folder, "xlwings"), import_seconds(folder, MODULE)) for _ in range(ROUNDS)]
        imports = dict(zip(("xlwings", MODULE), map(min, zip(*rounds, strict=True)), strict=True))
    print(f"{DEALS:,} deals x {len(HEADER)} columns: do nothing {cost['echo']:.3f} s, FUNNEL_COLUMNS {cost['columns']:.3f} s")
    print(f"{DEALS:,} rows: do nothing {cost['first']:.3f} s, FUNNEL_WEIGHT {cost['weight']:.3f} s; "
          f"the usual way, a call for each cell: {cost['one'] * 1000:.1f} ms x {DEALS:,} = {cost['one'] * DEALS:.0f} s")
    print(f"import xlwings {imports['xlwings']:.2f} s, {MODULE} {imports[MODULE]:.2f} s")
    good = [kept("FUNNEL_COLUMNS / a function that does nothing", cost["columns"] / cost["echo"], PROMISED_COLUMNS),
            kept("FUNNEL_WEIGHT / a function that does nothing", cost["weight"] / cost["first"], PROMISED_WEIGHT),
            kept("import of the functions / import xlwings", imports[MODULE] / imports["xlwings"], PROMISED_IMPORT)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
