"""What the demo team has kept beside its list of deals: when each deal changed its stage, what was paid, why deals were won or lost.

Told from the deals as they stand, with dice of its own: the deals themselves are the same whether this is told or not.
"""

import datetime as dt

from .demo_team import OPEN_STEPS, Row, Scene

# Of a cycle that each step takes: proposals wait for committees.
SHARES = dict(zip((step.key for step in OPEN_STEPS), (0.085, 0.095, 0.1, 0.66, 0.06), strict=True))
SKIPS, PAID_IN_FULL, SHORT = 0.04, 0.62, 0.5
PAYMENT_DAYS = (30, 90)      # after the order: the first half, the rest
FACTORS = {"base": 60, "meeting_rate": 0.35}     # of the gross profit formula: customers that could be approached, first meetings
MEASURES = (("demo.measure_deals", (2, 2, 2, 2, 1, 1)), ("demo.measure_leads", (6, 5, 6, 5, 5, 4)))


def tell(scene: Scene, tables: dict[str, list[Row]]) -> None:
    """Complete the tables in place: fields of the deals, and the tables History, Payments and more Quotas."""
    told = Scene(scene.as_of, scene.language, scene.seed + 1)
    deals = tables["Deals"]
    for deal in deals:
        _complete(told, deal)
    tables["History"] = sorted((row for deal in deals for row in _history(told, deal)), key=lambda row: (row["entered"], row["deal"]))
    won = [deal for deal in deals if deal["stage"] == told.stage("won")]
    tables["Payments"] = [row for deal in won for row in _payments(told, deal)]
    tables["Quotas"] += _more_quotas(told, tables["Quotas"])
    tables["Settings"] += [{"setting": setting, "value": value} for setting, value in FACTORS.items()]


def _complete(scene: Scene, deal: Row) -> None:
    """Where the customer sits, and of a closed deal why it ended as it did and what it taught."""
    accounts = scene.all("account")
    deal["place"] = scene.all("place")[accounts.index(deal["account"]) % len(scene.all("place"))] if deal["account"] else None
    if deal["stage"] == scene.stage("won"):
        deal |= {"won_reason": scene.pick("won_reason"), "margin": scene.dice.choice((0.28, 0.32, 0.35, 0.38)),
                 "sales_cost": scene.money(deal["amount"] / scene.per_dollar * scene.dice.uniform(0.02, 0.06)),
                 "satisfaction": scene.dice.choice((3, 4, 4, 5, 5)) if scene.chance(0.7) else None}
    elif deal["stage"] == scene.stage("lost"):
        deal["sales_cost"] = scene.money(deal["amount"] / scene.per_dollar * scene.dice.uniform(0.01, 0.05))
    if deal["stage"] in (scene.stage("won"), scene.stage("lost")) and scene.chance(0.35):
        deal["lessons"] = scene.pick("lesson")


def _history(scene: Scene, deal: Row) -> list[Row]:
    """The day on which a deal came into each of its stages: the first when it was created, the last when its own row says so."""
    takes = {scene.stage(step.key): SHARES[step.key] for step in OPEN_STEPS}
    steps, stage = list(takes), deal["stage"]
    if stage in steps:
        passed = steps[:steps.index(stage)]
    elif stage == scene.stage("lost"):
        passed = steps[:steps.index(deal["lost_stage"]) + 1]
    elif stage == scene.stage("won"):
        passed = steps
    else:       # a mistyped stage
        return []
    passed = passed[:1] + [step for step in passed[1:] if step == passed[-1] or not scene.chance(SKIPS)]
    begin, end = min(deal["created"], deal["entered"]), deal["entered"]     # one deal's dates are a slip of the team's
    lasts = [takes[step] * scene.dice.uniform(0.6, 1.4) for step in passed]
    days = [begin + (end - begin) * (sum(lasts[:at]) / sum(lasts)) for at in range(len(passed))]
    return [{"deal": deal["id"], "entered": day, "stage": step} for day, step in zip([*days, end], [*passed, stage], strict=True)]


def _payments(scene: Scene, deal: Row) -> list[Row]:
    """Half of the price after a month, the rest after three; most customers pay in time, some only in part, some not yet."""
    first = deal["amount"] // 2
    rows = []
    for days, amount in zip(PAYMENT_DAYS, (first, deal["amount"] - first), strict=True):
        due = deal["close_date"] + dt.timedelta(days=days)
        paid = due + dt.timedelta(days=scene.dice.randint(-12, 35))
        in_full, part = scene.chance(PAID_IN_FULL) or paid < scene.as_of - dt.timedelta(days=75), scene.chance(SHORT)
        received = None if paid > scene.as_of else amount if in_full else scene.money(amount / scene.per_dollar / 2) if part else None
        rows.append({"deal": deal["id"], "due": due, "amount": amount, "received": received, "paid": paid if received else None})
    return rows


def _more_quotas(scene: Scene, quotas: list[Row]) -> list[Row]:
    """Quotas of deals and new leads beside those of money, and last quarter's money."""
    year, quarter = int(quotas[0]["period"][:4]), int(quotas[0]["period"][-1])
    before = f"{year - (quarter == 1)}-Q{quarter - 1 or 4}"
    counted = [{**row, "measure": scene.words[measure], "value": value}
               for measure, values in MEASURES for row, value in zip(quotas, values, strict=True)]
    return [*counted, *({**row, "period": before, "value": scene.money(row["value"] / scene.per_dollar * 0.9)} for row in quotas)]
