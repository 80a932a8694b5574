"""Deals in bulk for the benchmarks: a workbook of 25 columns, with a history of stages or without, made once for each size.

They are kept in the temporary folder.
"""

import datetime as dt
import random
import tempfile
from pathlib import Path

import xlsxwriter

AS_OF = dt.date(2026, 3, 31)
COLUMNS = {     # heading -> kind
    "Deal ID": "text", "Account": "text", "Department": "text", "Contact": "text", "Industry": "text", "Product": "text",
    "Specification": "text", "Quantity": "number", "Stage": "text", "Amount": "number", "Budget": "number", "Owner": "text",
    "Territory": "text", "Channel": "text", "Lead source": "text", "Created": "date", "Stage entered": "date",
    "Expected close": "date", "Last contact": "date", "Contact summary": "text", "Fund rate": "share", "Competition rate": "share",
    "Current position": "number", "Next step": "text", "Risk": "text",
}
OPEN = ("Lead", "Qualification", "Demo", "Proposal", "Negotiation")
RATES = (0.25, 0.5, 0.75, 0.99)
POSITIONS = {0.25: -2, 0.5: 1, 0.75: 3, 0.99: 4}


def deals_file(deals: int, bad: float = 0.0) -> Path:
    """A workbook with so many deals, of which the share `bad` breaks a rule each; the same file whenever it is asked for."""
    folder = Path(tempfile.gettempdir()) / "funnel-xl-benchmarks"
    folder.mkdir(exist_ok=True)
    path = folder / f"deals-{deals}-{bad:g}.xlsx"
    if not path.exists():
        _write(path, deals, bad)
    return path


def history_file(deals: int) -> Path:
    """The same sound deals, and a sheet History with four changes of stage a deal that agree with them."""
    path = deals_file(deals).with_name(f"history-{deals}.xlsx")
    if not path.exists():
        _write(path, deals, 0.0, history=True)
    return path


def _write(path: Path, deals: int, bad: float, *, history: bool = False) -> None:
    changes: list[tuple[dt.date, str, str]] = []
    dice = random.Random(deals)
    unfinished = path.with_suffix(".part")
    with xlsxwriter.Workbook(unfinished, {"constant_memory": True}) as book:
        looks = {"date": book.add_format({"num_format": "yyyy-mm-dd"}), "share": book.add_format({"num_format": "0%"})}
        kinds = [looks.get(kind) for kind in COLUMNS.values()]
        sheet = book.add_worksheet("Deals")
        sheet.write_row(0, 0, COLUMNS)
        for number in range(1, deals + 1):
            row = _deal(dice, number)
            if dice.random() < bad:
                _break(dice, row)
            for column, (value, look) in enumerate(zip(row.values(), kinds, strict=True)):
                sheet.write(number, column, value, look)
            if history:
                changes += _changes(row, 4 * number - len(changes))
        if history:
            sheet = book.add_worksheet("History")
            sheet.write_row(0, 0, ("Deal ID", "Stage", "Entered"))
            for at, (day, name, stage) in enumerate(sorted(changes), 1):        # as they came about
                sheet.write_row(at, 0, (name, stage))
                sheet.write(at, 2, day, looks["date"])
    unfinished.rename(path)


def _deal(dice: random.Random, number: int) -> dict[str, object]:
    """One sound deal: three in ten are open, and all of its facts agree."""
    is_open = dice.random() < 0.3
    step = dice.randrange(5)
    competition = dice.choice(RATES[1:])
    close = dice.randint(1, 80) if is_open and step > 2 else dice.randint(95, 170) if is_open else -dice.randint(1, 700)
    stage = OPEN[step] if is_open else dice.choice(("Won", "Lost"))
    entered = -dice.randint(1, 12) if is_open else close
    amount = dice.randint(20, 4_000) * 500
    day = [AS_OF + dt.timedelta(days=days) for days in (entered - dice.randint(20, 200), entered, close, -dice.randint(0, 4))]
    values = (
        f"D-{number:06d}", f"Hospital {number % 3001} of {number % 17}", dice.choice(("Emergency", "Cardiology", "Intensive care")),
        f"Contact {number % 997}", "Hospitals", f"Monitor M{dice.randrange(40)}", f"M{dice.randrange(40)} x {number % 23 + 1}, modules",
        number % 23 + 1, stage, amount, amount, f"Seller {number % 60:02d}", f"Region {number % 9}", f"Dealer {number % 31}",
        dice.choice(("Congress", "Web", "Dealer")), *day, f"Talked about modules and price, call {number % 50}",
        (0.25, 0.5, 0.5, 0.75, 0.99)[step] if is_open else 0.99, competition, POSITIONS[competition], "Send the quotation", "low",
    )
    return dict(zip(COLUMNS, values, strict=True))


def _changes(row: dict[str, object], wanted: int) -> list[tuple[dt.date, str, str]]:
    """(day, deal, stage) from the deal's creation to where it stands; of a closed one about so many as are wanted, some of them skips."""
    name, stage, created, entered = (row[heading] for heading in ("Deal ID", "Stage", "Created", "Stage entered"))
    if stage in OPEN:
        way = OPEN[: OPEN.index(stage) + 1]
    else:
        dice = random.Random(name)
        way = (OPEN[0], *sorted(dice.sample(OPEN[1:], min(max(wanted - 2, 0), 4)), key=OPEN.index), stage)
    if len(way) == 1:
        created = entered
    return [(created + (entered - created) * at // max(len(way) - 1, 1), name, each) for at, each in enumerate(way)]


def _break(dice: random.Random, row: dict[str, object]) -> None:
    slips = (("Stage", "Propsal"), ("Account", None), ("Amount", "about 50"), ("Expected close", "soon"), ("Fund rate", 0.6))
    heading, value = dice.choice(slips)
    row[heading] = value
