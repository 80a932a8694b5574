"""A medical-device team and its deals, invented from a seed: the same story in three languages, alive on whatever day it is asked for."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from ..wording import words

Row = dict[str, Any]             # field -> value, of one row of a table


@dataclass(frozen=True)
class Product:
    """What the team sells; its words are the rows demo.product.NN and demo.spec.NN."""

    price: int                      # of one piece [US dollars]
    quantity: tuple[int, int]       # least and most in one deal
    departments: tuple[int, ...]    # rows of demo.department that buy it


PRODUCTS = (
    Product(4_800, (6, 40), (1, 2, 3)),
    Product(38_000, (1, 2), (1, 5)),
    Product(6_500, (2, 12), (1, 2)),
    Product(92_000, (1, 3), (4, 5, 6)),
    Product(31_000, (1, 4), (1, 2, 7)),
    Product(9_500, (2, 12), (2, 5)),
    Product(27_000, (2, 10), (1, 7)),
    Product(5_200, (2, 10), (2, 5)),
    Product(7_400, (2, 10), (6,)),
    Product(54_000, (1, 4), (3, 7)),
)


@dataclass(frozen=True)
class Step:
    """A stage of the team, and how its deals stand."""

    key: str                        # its name is the row stage.KEY
    kind: str
    probability: float
    placement: str                  # row placement.KEY; "" once the deal is closed
    expected_days: int | None = None
    stall_days: int | None = None
    deals: int = 0
    fund: tuple[float, ...] = ()
    competition: tuple[float, ...] = ()
    stands_for: tuple[int, int] = (0, 0)    # days in this stage
    age: tuple[int, int] = (0, 0)           # days since the deal was created


OPEN_STEPS = (
    Step("lead", "open", 0.10, "above", 30, 30, 13, (0.25,), (0.25, 0.25, 0.5), (3, 25), (30, 60)),
    Step("needs", "open", 0.25, "above", 30, 30, 13, (0.25, 0.25, 0.5), (0.25, 0.5, 0.75), (5, 28), (35, 120)),
    Step("demo", "open", 0.40, "in", 30, 30, 13, (0.25, 0.5, 0.5, 0.75), (0.5, 0.5, 0.75), (5, 28), (60, 200)),
    Step("proposal", "open", 0.60, "in", 30, 30, 12, (0.5, 0.75, 0.75), (0.5, 0.5, 0.75), (4, 27), (90, 260)),
    Step("negotiation", "open", 0.75, "best_few", 15, 15, 11, (0.75, 0.99, 0.99), (0.75, 0.75, 0.99), (2, 13), (120, 330)),
)
STEPS = (*OPEN_STEPS, Step("won", "won", 1.0, ""), Step("lost", "lost", 0.0, ""))
WON, LOST = 68, 52
CLOSES_IN = ((75, (190, 330)), (125, (95, 175)), (200, (5, 85)))      # (score below this, days to the close date): what agrees (spec F2)
POSITIONS = {0.25: (-2, -3, -4), 0.5: (1, -1), 0.75: (2, 3), 0.99: (4, 5)}      # what goes with a competition rate (ruling R10)

# What the team counts in: pieces of it in a US dollar, and the step to which it rounds its prices.
MONEY = {"en": ("USD", 1, 500), "zh-Hans": ("CNY", 7, 1_000), "zh-Hant": ("TWD", 31, 10_000)}


class Scene:
    """One drawing of the story: the day, the words and the dice. The dice never see the language."""

    def __init__(self, as_of: dt.date, language: str, seed: int):
        self.as_of = as_of
        self.language = language
        self.seed = seed
        self.dice = random.Random(seed)
        self.words = words(language)
        self.currency, self.per_dollar, self.rounded_to = MONEY[language]
        self._lists: dict[str, list[str]] = {}

    def all(self, kind: str) -> list[str]:
        """The texts demo.KIND.01, demo.KIND.02 and so on."""
        if kind not in self._lists:
            self._lists[kind] = [text for key, text in self.words.items() if key.startswith(f"demo.{kind}.")]
        return self._lists[kind]

    def pick(self, kind: str) -> str:
        """Any one text of a kind."""
        return self.dice.choice(self.all(kind))

    def few(self, kind: str, least: int, most: int) -> list[str]:
        """Some different texts of one kind."""
        return self.dice.sample(self.all(kind), self.dice.randint(least, most))

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return self.dice.random() < share

    def flag(self, truth: bool) -> str:
        """Yes or no."""
        return self.words["demo.yes" if truth else "demo.no"]

    def day(self, offset: int) -> dt.date:
        """The working day `offset` days from the as-of date, or the Friday before it."""
        day = self.as_of + dt.timedelta(days=offset)
        return day - dt.timedelta(days=max(0, day.weekday() - 4))

    def money(self, dollars: float) -> int:
        """A price in the team's own money, rounded as it rounds its prices."""
        return max(1, round(dollars * self.per_dollar / self.rounded_to)) * self.rounded_to

    def stage(self, key: str) -> str:
        """The name of a stage."""
        return self.words[f"stage.{key}"]


def team_tables(as_of: dt.date, language: str, seed: int) -> dict[str, list[Row]]:
    """Every table of the team's workbook: name -> rows."""
    scene = Scene(as_of, language, seed)
    open_deals = [_open_deal(scene, step) for step in OPEN_STEPS for _ in range(step.deals)]
    closed_deals = [_closed_deal(scene, won) for won in [True] * WON + [False] * LOST]
    deals = sorted(open_deals + closed_deals, key=lambda deal: deal["created"])
    for number, deal in enumerate(deals, 1001):
        deal["id"] = f"D-{number}"
    tables = {"Deals": deals, "Stages": _stages(scene), "Buyers": [], "Competitors": [], "Notes": [], "Actions": []}
    for deal in open_deals:
        if deal["stage"] == scene.stage("needs") and scene.chance(0.6):
            tables["Buyers"] += _buyers(scene, deal)
        if deal["stage"] not in (scene.stage("lead"), scene.stage("needs")):
            tables["Buyers"] += _buyers(scene, deal)
            tables["Competitors"] += _competitors(scene, deal)
            tables["Notes"] += _notes(scene, deal, tables["Buyers"])
            tables["Actions"] += _actions(scene, deal, tables["Notes"])
    _spoil(scene, open_deals, closed_deals)
    tables["Quotas"] = _quotas(scene)
    tables["Holidays"] = _holidays(scene)
    tables["Settings"] = _settings(scene)
    tables["Accepted"] = _accepted(scene, open_deals)
    return tables


def _order(scene: Scene) -> Row:
    """Who wants what, and who sells it: the part of a deal that does not depend on where it stands."""
    number = scene.dice.randrange(len(PRODUCTS))
    product = PRODUCTS[number]
    quantity = scene.dice.randint(*product.quantity)
    seller = scene.dice.randrange(len(scene.all("owner")))
    name = scene.all("product")[number]
    contract = scene.dice.choice((0, 0, 3, 5))
    return {
        "account": scene.pick("account"), "department": scene.all("department")[scene.dice.choice(product.departments) - 1],
        "contact": scene.pick("person"), "product": name, "quantity": quantity,
        "spec": f"{name.split()[-1]} x {quantity}; {scene.all('spec')[number]}",
        "amount": scene.money(product.price * quantity * scene.dice.uniform(0.88, 1.04)),
        "owner": scene.all("owner")[seller], "territory": scene.all("territory")[seller // 2],
        "channel": scene.pick("channel"), "source": scene.pick("source"), "requirement": scene.pick("requirement"),
        "service_contract": scene.words["demo.service_years"].format(years=contract) if contract else None,
    }


def _open_deal(scene: Scene, step: Step) -> Row:
    deal = _order(scene)
    dice = scene.dice
    age = dice.randint(*step.age)
    fund, competition = dice.choice(step.fund), dice.choice(step.competition)
    closes_in = next(days for score, days in CLOSES_IN if 100 * (fund + competition) < score)
    contact = scene.day(-dice.randint(1, 6))
    deal |= {
        "stage": scene.stage(step.key), "created": scene.day(-age), "entered": scene.day(-dice.randint(*step.stands_for)),
        "close_date": scene.day(dice.randint(*closes_in)), "fund": fund, "competition": competition,
        "position": dice.choice(POSITIONS[competition]), "competitor": scene.pick("competitor"),
        "budget": scene.money(deal["amount"] / scene.per_dollar * dice.uniform(0.9, 1.15)) if fund > 0.25 else None,
        "last_contact": contact, "note": scene.pick("note"), "note_written": contact, "updated": scene.day(-dice.randint(0, 5)),
        "lead_obtained": scene.day(-age - 1), "lead_entered": scene.day(-age), "next_step": scene.pick("next_step"),
        "next_step_due": scene.day(dice.randint(2, 20)), "pain": scene.pick("pain"), "lead_score": dice.randint(6, 10),
        "use_case": scene.flag(True), "next_review": scene.day(dice.randint(3, 14)),
    }
    if fund >= 0.75:
        deal["budget_approved"] = scene.day(-dice.randint(10, 60))
    if fund == 0.99:
        deal |= {"announced": scene.day(-dice.randint(1, 9)), "bids_opened": scene.day(dice.randint(4, 25))}
    if step.key != "lead" and scene.chance(0.9):
        deal |= {f"bant_{part}": scene.flag(True) for part in ("budget", "authority", "need", "timeline")}
    if step.key in ("proposal", "negotiation"):
        _commit(scene, deal)
    if scene.chance(0.3):
        deal |= {"risk": scene.words[dice.choice(("demo.high", "demo.medium", "demo.medium", "demo.low"))],
                 "risk_description": scene.pick("risk_description"), "mitigation": scene.pick("mitigation")}
    return deal


def _commit(scene: Scene, deal: Row) -> None:
    """What a seller writes down once a proposal is on the table."""
    deal["decision_chain"] = scene.words["demo.decision_chain"]
    deal["feedback"] = scene.words["demo.feedback"]
    if scene.chance(0.5):
        deal["probability"] = min(0.95, round((deal["fund"] * deal["competition"] + scene.dice.uniform(-0.1, 0.1)) * 20) / 20)
    if scene.chance(0.35):
        deal |= {"help_needed": scene.pick("help"), "help_owner": scene.words["demo.manager"],
                 "help_due": scene.day(scene.dice.randint(3, 18))}


def _closed_deal(scene: Scene, won: bool) -> Row:
    deal = _order(scene)
    dice = scene.dice
    closed = scene.day(-dice.randint(4, 455))
    cycle = dice.randint(80, 290)
    created = closed - dt.timedelta(days=cycle)
    competition = dice.choice((0.75, 0.75, 0.99) if won else (0.25, 0.5, 0.5, 0.75))
    deal |= {
        "stage": scene.stage("won" if won else "lost"), "created": created, "entered": closed, "close_date": closed,
        "fund": 0.99 if won else dice.choice((0.5, 0.75, 0.99)), "competition": competition,
        "position": dice.choice(POSITIONS[competition]), "competitor": scene.pick("competitor"),
        "lead_obtained": created, "lead_entered": created, "last_contact": closed, "note_written": closed, "updated": closed,
    }
    if won:
        deal |= {"awarded": closed, "budget": scene.money(deal["amount"] / scene.per_dollar * dice.uniform(1.0, 1.2))}
        for event, days in (("installed", dice.randint(25, 60)), ("paid", dice.randint(65, 130))):
            day = closed + dt.timedelta(days=days)
            if day <= scene.as_of:
                deal[event] = day
    else:
        deal |= {"lost_reason": scene.pick("lost_reason"), "lost_stage": scene.stage(dice.choice(OPEN_STEPS[1:]).key)}
    return deal


def _stages(scene: Scene) -> list[Row]:
    texts = zip(STEPS, scene.all("entry"), scene.all("key_action"), scene.all("output"), strict=True)
    return [{"stage": scene.stage(step.key), "kind": scene.words[f"demo.kind_{step.kind}"], "probability": step.probability,
             "placement": scene.words[f"placement.{step.placement}"] if step.placement else None,
             "expected_days": step.expected_days, "stall_days": step.stall_days, "entry": entry, "action": action, "output": output}
            for step, entry, action, output in texts]


# The row of demo.title and the kinds of influence that come with it, in the order in which a seller meets them.
INFLUENCES = ((4, "T,U"), (6, "U"), (3, "T,C"), (5, "T"), (7, "U"), (2, "E"))


def _buyers(scene: Scene, deal: Row) -> list[Row]:
    """The people at the table; now and then nobody has met the one who signs, or there is no coach."""
    chosen = [INFLUENCES[0], *scene.dice.sample(INFLUENCES[1:5], scene.dice.randint(1, 3))]
    if not any("C" in types for _, types in chosen) and scene.chance(0.85):
        chosen.append((6, "C"))
    if scene.chance(0.88):
        chosen.append(INFLUENCES[5])
    people = scene.dice.sample(scene.all("person"), len(chosen))
    leaning = max(-2, min(3, int(deal["position"])))
    rows = []
    for person, (title, types) in zip(people, chosen, strict=True):
        rating = max(-4, min(5, leaning + scene.dice.randint(-1, 2))) or 1
        rating = 4 if "C" in types else rating
        rows.append({"deal": deal["id"], "name": person, "title": scene.all("title")[title - 1], "location": deal["department"],
                     "types": types, "rating": rating if scene.chance(0.97) else None, "personal_win": scene.pick("personal_win"),
                     "business_result": scene.pick("business_result"), "contacted": scene.flag(scene.chance(0.9))})
    return rows


def _competitors(scene: Scene, deal: Row) -> list[Row]:
    names = [deal["competitor"]]
    if scene.chance(0.45):
        names.append(scene.dice.choice([name for name in scene.all("competitor") if name != deal["competitor"]]))
    best = max(-4, -deal["position"])
    dollars = deal["amount"] / scene.per_dollar
    return [{"deal": deal["id"], "name": name, "position": max(-5, best - place) or -1, "channel": scene.pick("channel"),
             "amount": scene.money(dollars * scene.dice.uniform(0.84, 1.12)), "product": deal["product"].rsplit(" ", 1)[0],
             "strategy": scene.pick("strategy")}
            for place, name in enumerate(names)]


def _notes(scene: Scene, deal: Row, buyers: list[Row]) -> list[Row]:
    """Strengths and red flags; who has met the one who signs does not write that nobody has."""
    met = any("E" in buyer["types"] for buyer in buyers if buyer["deal"] == deal["id"])
    unmet = scene.all("red_flag")[1]
    rows = []
    for kind, least in (("strength", 1), ("red_flag", 2)):
        rows += [{"deal": deal["id"], "kind": scene.words[f"demo.kind_{kind}"], "text": text, "date": deal["last_contact"]}
                 for text in scene.few(kind, least, 3) if not (met and text == unmet)]
    return rows


def _actions(scene: Scene, deal: Row, notes: list[Row]) -> list[Row]:
    """One action against each red flag, as the method asks; now and then one is missing, late or nobody's."""
    flags = scene.all("red_flag")
    rows = []
    for note in notes:
        if note["deal"] != deal["id"] or note["text"] not in flags or scene.chance(0.12):
            continue
        rows.append({"deal": deal["id"], "action": scene.all("action")[flags.index(note["text"])],
                     "owner": deal["owner"] if scene.chance(0.92) else None,
                     "due": scene.day(scene.dice.choice((-6, 3, 6, 9, 13, 17, 21))) if scene.chance(0.94) else None,
                     "done": scene.flag(scene.chance(0.15)), "red_flag": note["text"]})
    return rows


def _spoil(scene: Scene, open_deals: list[Row], closed_deals: list[Row]) -> None:
    """The slips that every team's list has, a few of each common kind."""
    leads, needs, demos, proposals, talks = (
        [deal for deal in open_deals if deal["stage"] == scene.stage(step.key)] for step in OPEN_STEPS)
    for deal, days in zip([*proposals[:2], *talks[:2]], (-4, -33, -9, -18), strict=True):
        deal["close_date"] = scene.day(days)                # nobody moved the date
    for deal, days in zip([demos[0], demos[1], proposals[2], talks[2], talks[3]], (64, 95, 51, 24, 38), strict=True):
        deal["entered"] = scene.day(-days)                  # stalled
        deal["created"] = min(deal["created"], scene.day(-days - 40))
    for deal in (needs[0], demos[2]):
        deal["amount"] = None
    needs[1]["close_date"] = needs[2]["close_date"] = None
    for deal in leads[:3]:
        deal["close_date"] = scene.words["demo.future_budget"]
    leads[3]["account"] = None
    demos[3]["fund"], proposals[3]["fund"] = 0.6, 0.8       # between the steps of the scale
    for deal, days in ((proposals[4], 235), (talks[4], 260)):
        deal |= {"fund": 0.99, "competition": 0.75, "position": 3, "close_date": scene.day(days)}      # sure to be won, next year
    leads[4] |= {"fund": 0.25, "competition": 0.25, "position": -2, "close_date": scene.day(40)}       # cold, yet due soon
    demos[4] |= {"competition": 0.75, "position": -3}
    talks[5] |= {"competition": 0.5, "position": 4}
    proposals[5] |= {"fund": 0.5, "competition": 0.5, "position": 1, "probability": 0.9}
    demos[5]["stage"] = demos[5]["stage"][:-1]              # mistyped
    needs[4] |= {field: needs[3][field] for field in ("account", "product", "spec", "quantity", "amount")}     # entered twice
    leads[6]["id"] = leads[5]["id"]
    talks[6]["last_contact"] = talks[6]["note_written"] = talks[6]["updated"] = scene.day(-26)
    proposals[6]["note_written"] = proposals[6]["last_contact"] + dt.timedelta(days=5)
    closed_deals[0]["created"] = closed_deals[0]["close_date"] + dt.timedelta(days=12)
    closed_deals[WON]["lost_reason"] = None


def _quotas(scene: Scene) -> list[Row]:
    year, quarter = scene.as_of.year, (scene.as_of.month - 1) // 3 + 1
    return [{"owner": owner, "period": f"{year}-Q{quarter}", "measure": scene.words["demo.measure"], "value": scene.money(dollars)}
            for owner, dollars in zip(scene.all("owner"), (180_000, 165_000, 190_000, 175_000, 150_000, 140_000), strict=True)]


def _holidays(scene: Scene) -> list[Row]:
    outing, stocktaking, saturday = scene.all("holiday")
    next_saturday = scene.as_of + dt.timedelta(days=(5 - scene.as_of.weekday()) % 7 or 7)
    return [{"date": scene.day(-45), "name": outing, "working": scene.flag(False)},
            {"date": scene.day(24), "name": stocktaking, "working": scene.flag(False)},
            {"date": next_saturday + dt.timedelta(days=14), "name": saturday, "working": scene.flag(True)}]


def _settings(scene: Scene) -> list[Row]:
    values = {"our_company": scene.words["demo.company"], "currency": scene.currency, "tax": scene.words["demo.tax"],
              "small": scene.money(60_000), "big": scene.money(200_000), "holidays": scene.words["demo.country"]}
    return [{"setting": setting, "value": value} for setting, value in values.items()]


def _accepted(scene: Scene, open_deals: list[Row]) -> list[Row]:
    overdue = next(deal for deal in open_deals if isinstance(deal["close_date"], dt.date) and deal["close_date"] < scene.as_of)
    without_amount = next(deal for deal in open_deals if deal["amount"] is None)
    postponed, framework = scene.all("reason")
    return [{"deal": overdue["id"], "rule": "close_date.past", "reason": postponed},
            {"deal": without_amount["id"], "rule": "amount.missing", "reason": framework}]
