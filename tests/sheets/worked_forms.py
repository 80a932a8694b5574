"""Deals for the review sheet's tests: the spec's worked forms (items 23 and 24), one with nothing filled in, one with too much."""

import datetime as dt
from collections.abc import Sequence

from funnel_xl.sales.grid import Sheet, Source, Table

AS_OF = dt.date(2000, 4, 15)        # the date on both worked forms
MIN_SHENG, TONG, EMPTY, FULL = range(4)
LONG = "Central municipal teaching hospital of the united northern districts, department of anaesthesiology and intensive care medicine"
LONG_CHINESE = "生理監視器 x 40、中央監視站 x 4、呼吸器 x 12；須與現有護理資訊系統連線並提供五年保固及零件供應，並附教育訓練" * 2

DEALS = [
    ["id", "account", "department", "product", "amount", "budget", "position", "close date", "fund", "competition", "spec", "owner",
     "stage", "created", "help needed", "instruction", "announced"],
    ["M-1", "Min-Sheng Hosp. 敏盛醫院", "ICU", "PMD", None, None, 2, "2000-05-31", 0.75, 0.75, "M1351A x 5, M1205A x 41, M3153A x 3",
     "Calvin", "Proposal", "2000-01-10", None, None, None],
    ["T-1", "Tong General Hosp. 童綜合", None, "PMD", 485_000, None, 3, "2000-05-31", 0.99, 0.75, "M1205A x 29, PDS x 1", "Frank",
     "Proposal", "2000-02-01", None, None, None],
    ["X-1", "Nothing Known", None, None, None, None, None, None, None, None, None, None, "Lead", None, None, None, None],
    ["F-1", LONG, "ICU 加護病房", "Patient monitors, central station, ventilators and the whole network between them",
     12_500_000, 11_800_000, -2, "2001-02-28", 0.75, 0.50, LONG_CHINESE, "Frank", "Proposal", "1999-06-01",
     "A visit of the product manager to the clinic's board before the bids are opened", "hold", "2000-11-30"],
]

COMMITTEE = [("T", 1), ("U", -4), ("T,U", 2), ("C", 4), ("T", -1), ("U", 3), ("T", None), ("U", 1), ("T", -3), ("U", 2), ("T", 1), ("U", 5)]
BUYERS = [
    ["deal", "name", "title", "location", "types", "rating", "personal win", "business result"],
    ["M-1", "N.H.", None, None, "U,T", 1, "Stability of Monitor", None],
    ["M-1", "Pur.Chief", None, None, "T,C", 5, None, None],
    ["M-1", "VP", None, None, "E", 2, None, None],
    ["M-1", "Boss's Son", None, None, "T", 1, None, None],
    ["M-1", "ICU Chief", None, None, "T,U", 2, None, None],
    ["M-1", "總裁", "President", None, "E", "2", None, None],
    ["T-1", "童瑞年", "副院長", None, "E", None, None, None],
    ["T-1", "童瑞龍", "Ex.Sec", None, "T", None, None, None],
    ["T-1", "BME 1", None, None, "T.U", None, None, None],
    ["T-1", "BME 2", None, None, "T", None, None, None],
    ["T-1", "BME 3", None, None, "T", None, None, None],
    ["T-1", "Ans.Chief", None, None, "U,T", None, None, None],
    ["T-1", "Pur.Chief", None, None, "C,T", None, None, None],
    *(["F-1", f"Doctor number {number} of the selection committee", "Head of a very important department", "Second campus, building C",
       types, rating, "Recognition by the board and a quieter night shift",
       "Fewer false alarms, shorter stays, and more patients treated every year"] for number, (types, rating) in enumerate(COMMITTEE, 1)),
]

COMPETITORS = [
    ["deal", "name", "position", "channel", "amount", "product", "strategy"],
    ["F-1", "S.L.", 3, "弘智", 11_000_000, "90385 and accessories",
     "Pricing/Solution: the whole package from one hand, financed over five years, with trade-in"],
    ["F-1", "NK", -2, "光電", 13_200_000, "LS-M", "Multi-Functional Module/Pricing"],
]

FLAGS = ["Past unsatisfied customer", "Total package from GE", "Pricing"]
LONG_FLAG = ("a latent threat that nobody has looked into for quite a while and that takes many words to describe properly, "
             "as such things often do when they are put down in a hurry")
NOTES = [
    ["deal", "kind", "text"],
    *(["M-1", "red flag", text] for text in FLAGS),
    *(["F-1", "red flag", text] for text in [*FLAGS, *(f"Flag {number}: {LONG_FLAG}" for number in range(4, 10))]),
    ["T-1", "strength", "Good Reputation"],
    ["T-1", "strength", "Coaching"],
    ["F-1", "strength", "Install base"],
    ["F-1", "strength", "品質與售後服務優於對手，全院監視器系統一致"],
]

ACTIONS = [
    ["deal", "action", "owner", "due", "done", "red flag"],
    ["M-1", "Bring the unhappy customer to the reference site", "Calvin", "2000-04-18", None, "1"],
    ["M-1", "Offer without the ventilators", "Simon", "2000-04-10", None, "Pricing"],
    ["M-1", "Visit the VP", "Simon", "2000-04-01", "yes", None],
    *(["F-1", f"Step {number}: talk to everybody on the committee again and write down what they want", "Frank", f"2000-05-{number:02d}",
       None, str(number)] for number in range(1, 8)),
]

STAGES = [
    ["stage", "kind", "probability", "placement"],
    ["Lead", "open", 0.1, "above"],
    ["Proposal", "open", 0.5, "in"],
    ["Won", "won", 1, None],
    ["Lost", "lost", 0, None],
]


def source(deals: Sequence[Sequence[object]] = DEALS, **more: Sequence[Sequence[object]]) -> Source:
    """A workbook with one table a sheet, as a team keeps it; `more` adds rows to the other tables."""
    tables = {"Deals": deals, "Buyers": BUYERS, "Competitors": COMPETITORS, "Notes": NOTES, "Actions": ACTIONS, "Stages": STAGES}
    sheets = {name: Sheet(name, [list(row) for row in (*rows, *more.get(name, ()))]) for name, rows in tables.items()}
    listed = {name: (Table(name, 1, len(sheet.rows), 1, len(sheet.rows[0])),) for name, sheet in sheets.items()}
    return Source("Team.xlsx", "Team.xlsx", tuple(tables), listed, sheets.__getitem__)
