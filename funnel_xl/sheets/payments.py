"""The sheet Payments: what is due, received, outstanding and overdue; whom to call; what is not yet billed (spec F16, item 57)."""

import math
from collections.abc import Sequence

import numpy as np

from ..sales.answers import Answers
from ..sales.known import known_sum
from ..sales.payments import (
    OfDeals,
    Part,
    Payments,
    aging,
    by_deal,
    days_to_pay,
    due_so_far,
    months,
    payments,
    together,
    total,
    undated_receipts,
    without_plan,
)
from ..sales.rates import ratio
from ..wording import words as all_words
from .about import number_sheet
from .describe import Beside, Block, Chart, Column, Figure, Figures, Heading, Series, Sheet, Table, Text
from .how import how
from .numbers import UNKNOWN, cell, money, percent, tile, unbroken

WIDTHS = (19.0, *(10.8,) * 8)
BEFORE, AFTER = 6, 3        # months beside the as-of date's that are shown one by one
CALLS = 30                  # overdue payments in the list of whom to call
DEALS = 40                  # deals in the other lists


def payments_sheet(answers: Answers, language: str) -> Sheet:
    """Figures, months and ages in pictures and tables, whom to call, each deal's account, and won deals without a plan."""
    words = all_words(language)
    found = payments(answers.facts, answers.currency)
    blocks: list[Block] = []
    if len(answers.deals.companions.table("Payments")):
        deals = by_deal(answers.facts, found)
        blocks += [_figures(answers, found, deals, words), *_remarks(found, words)]
        if len(found.row):
            blocks += [*_months_and_ages(answers, found, words), *_calls(answers, found, words)]
        blocks += [*_accounts(answers, deals, words), *_unplanned(answers, deals, words)]
    else:
        columns = words["say.list"].join(words[f"field.payments.{name}"] for name in ("deal", "due", "amount", "received", "paid"))
        blocks.append(Text(words["sheet.none.table"].format(table=words["table.Payments"], columns=columns)))
    blocks += how(words, "payments.sums", "payments.months", "payments.days", "payments.deals", "payments.currency")
    return number_sheet("payments", words["sheet.payments"], blocks, answers, language, WIDTHS)


def _figures(answers: Answers, found: Payments, deals: OfDeals, words: dict[str, str]) -> Figures:
    whole, due, days = total(found), due_so_far(found), days_to_pay(answers.facts, found)
    late = found.late
    won = answers.facts.kind[deals.deal] == "won"
    unbilled = deals.unbilled[won & np.isfinite(deals.unbilled)]
    bare = without_plan(answers.facts, deals)
    oldest = int(found.days[late].max()) if len(late) else 0
    said = [
        ("due", due.due, "money", {"all": money(whole.due, words)}),
        ("received", whole.received, "money", {"share": percent(ratio(whole.received, whole.due))}),
        ("outstanding", whole.outstanding, "money", {"due": money(due.outstanding, words)}),
        ("overdue" if len(late) else "none_overdue", whole.overdue, "money", {"n": f"{len(late):,}", "days": f"{oldest:,}"}),
        ("unbilled", float(unbilled.sum()) if len(unbilled) else math.nan, "money", {"n": f"{len(unbilled):,}"}),
        ("bare", len(bare), "count", {"amount": money(float(np.nansum(answers.facts.value[bare])), words), "n": f"{int(won.sum()):,}"}),
        ("after_due", days.after_due, "days", {"n": f"{days.due_rows:,}"}),
        ("after_won", days.after_won, "days", {"n": f"{days.won_rows:,}"}),
    ]
    return Figures(tuple(Figure(words[f"sheet.payments.{name}"], tile(value), look,
                                words[f"sheet.payments.base.{name}"].format(**facts)) for name, value, look, facts in said))


def _remarks(found: Payments, words: dict[str, str]) -> list[Block]:
    """What the sums leave out or rest on."""
    strange, over = found.deal < 0, float(found.over.sum())
    said = [
        ("over", over, {"over": money(over, words)}), ("no_amount", found.no_amount, {}), ("no_rate", found.no_rate, {}),
        ("no_deal", int(strange.sum()), {"amount": money(float(found.amount[strange].sum()), words)}),
        ("undated", undated_receipts(found), {}),
    ]
    return [Text(words[f"sheet.payments.note.{name}"].format(n=f"{count:,.0f}", **facts), "note") for name, count, facts in said if count]


def _months_and_ages(answers: Answers, found: Payments, words: dict[str, str]) -> list[Block]:
    lines = _window(months(found), answers.facts.today)
    charted = [line for line in lines if line.label[:1].isdigit()]
    ages = aging(found)
    charts = []
    if len(charted) > 1:
        names = tuple(unbroken(line.label) for line in charted)
        series = (Series(words["sheet.payments.month.due"], tuple(line.due for line in charted), "light"),
                  Series(words["sheet.payments.received"], tuple(line.received for line in charted), "strong"))
        charts.append(Chart("column", words["sheet.payments.chart.months"], words["sheet.payments.month"], words["sheet.axis.money"], names,
                            series, "money"))
    if any(part.outstanding for part in ages):
        shown = [part for part in ages if part.count or part.label != "undated"]
        charts.append(Chart("bar", words["sheet.payments.chart.ages"], words["sheet.payments.age"], words["sheet.axis.money"],
                            tuple(words[f"sheet.payments.age.{part.label}"] for part in shown),
                            (Series(words["sheet.payments.outstanding"], tuple(part.outstanding for part in shown), "strong"),), "money"))
    pictures = [Beside(tuple(charts))] if charts else []
    return [Heading(words["sheet.payments.months"].format(n=f"{len(found.row):,}")), *pictures, _month_table(lines, total(found), words),
            Heading(words["sheet.payments.ages"].format(amount=money(total(found).outstanding, words))), _age_table(ages, words)]


def _window(lines: Sequence[Part], today: np.datetime64) -> list[Part]:
    """The months around the as-of date; those before and after together, the undated last."""
    now = today.astype("datetime64[M]")
    dated = [(np.datetime64(line.label, "M"), line) for line in lines if line.label != "undated"]
    earlier = [line for month, line in dated if month < now - BEFORE]
    later = [line for month, line in dated if month > now + AFTER]
    return [*([together("earlier", earlier)] if earlier else []), *(line for month, line in dated if now - BEFORE <= month <= now + AFTER),
            *([together("later", later)] if later else []), *(line for line in lines if line.label == "undated")]


def _month_table(lines: Sequence[Part], whole: Part, words: dict[str, str]) -> Table:
    columns = {"month.due": "due", "received": "received", "outstanding": "outstanding", "overdue": "overdue"}
    return Table("PaymentsMonths", (
        Column(words["sheet.payments.month"], "text", [words.get(f"sheet.payments.month.{line.label}", line.label) for line in lines],
               total=words["sheet.total"]),
        *(Column(words[f"sheet.payments.{name}"], "money", [getattr(line, of) for line in lines], 2, total=getattr(whole, of))
          for name, of in columns.items())))


def _age_table(ages: Sequence[Part], words: dict[str, str]) -> Table:
    outstanding = sum(part.outstanding for part in ages)
    return Table("PaymentsAges", (
        Column(words["sheet.payments.age"], "text", [words[f"sheet.payments.age.{part.label}"] for part in ages],
               total=words["sheet.total"]),
        Column(words["sheet.payments.count"], "count", [part.count for part in ages], 2, total=sum(part.count for part in ages)),
        Column(words["sheet.payments.outstanding"], "money", [part.outstanding for part in ages], 2, total=outstanding),
        Column(words["sheet.payments.of_outstanding"], "share", [cell(ratio(part.outstanding, outstanding)) for part in ages], 2)))


def _calls(answers: Answers, found: Payments, words: dict[str, str]) -> list[Block]:
    """Overdue payments, dearest first: owner and contact are who calls whom."""
    late = found.late
    if not len(late):
        return []
    rest = late[CALLS:] if len(late) > CALLS + 1 else late[:0]
    shown = late[:len(late) - len(rest)]
    table = answers.deals.companions.table("Payments")
    names = [answers.deals.title(deal) if deal >= 0 else str(text) or UNKNOWN
             for deal, text in zip(found.deal[shown].tolist(), table["deal_text"].to_numpy()[found.row[shown]], strict=True)]
    owners, contacts = (_of_deals(answers, field, found.deal[shown]) for field in ("owner", "contact"))
    amounts = found.overdue[shown].tolist()
    more = [words["sheet.payments.more"].format(n=f"{len(rest):,}")] if len(rest) else []
    blank = [None] * len(more)
    return [Heading(words["sheet.payments.calls"].format(n=f"{len(late):,}")), Table("PaymentsOverdue", (
        Column(words["sheet.payments.deal"], "wrap", names + more, 2, total=words["sheet.total"]),
        Column(words["field.owner"], "wrap", owners + blank, 2),
        Column(words["field.contact"], "wrap", contacts + blank, 2),
        Column(words["field.payments.due"], "date", [*found.due[shown], *blank]),
        Column(words["sheet.payments.days"], "days", [*found.days[shown].tolist(), *blank]),
        Column(words["sheet.payments.overdue"], "money", amounts + ([float(found.overdue[rest].sum())] if len(rest) else []),
               total=float(found.overdue.sum()))))]


def _of_deals(answers: Answers, field: str, deals: np.ndarray) -> list[object]:
    column = answers.deals.column(field)
    return [str(column[deal]) or None if deal >= 0 else None for deal in deals.tolist()]


def _accounts(answers: Answers, deals: OfDeals, words: dict[str, str]) -> list[Block]:
    """Contract, billed, received and the rest of each deal that has a plan."""
    at = np.flatnonzero(deals.rows > 0)
    if not len(at):
        return []
    rest = at[DEALS:] if len(at) > DEALS + 1 else at[:0]
    shown = at[:len(at) - len(rest)]
    kinds = answers.facts.kind[deals.deal]
    stages = [str(answers.deals.column("stage")[deal]) or None for deal in deals.deal[shown].tolist()]
    more = [words["sheet.payments.more_deals"].format(n=f"{len(rest):,}")] if len(rest) else []
    columns = {"contract": deals.value, "billed": deals.billed, "received": deals.received, "outstanding": deals.outstanding,
               "overdue": deals.overdue, "not_billed": deals.unbilled}
    not_won = sorted({stage for stage, kind in zip(stages, kinds[shown], strict=True) if stage and kind in ("open", "lost")})
    return [Heading(words["sheet.payments.accounts"].format(n=f"{len(at):,}")), Table("PaymentsDeals", (
        Column(words["sheet.payments.deal"], "wrap", [answers.deals.title(deal) for deal in deals.deal[shown].tolist()] + more, 2,
               total=words["sheet.total"]),
        Column(words["field.stage"], "wrap", stages + [None] * len(more), marks=tuple((stage, "watch") for stage in not_won)),
        *(Column(words[f"sheet.payments.{name}"], "money",
                 [cell(number) for number in (*amounts[shown].tolist(), *([known_sum(amounts[rest])] if more else []))],
                 total=cell(known_sum(amounts[at]))) for name, amounts in columns.items())))]


def _unplanned(answers: Answers, deals: OfDeals, words: dict[str, str]) -> list[Block]:
    """Won deals without a row in Payments."""
    bare = without_plan(answers.facts, deals)
    if not len(bare):
        return []
    rest = bare[DEALS:] if len(bare) > DEALS + 1 else bare[:0]
    shown, more = bare[:len(bare) - len(rest)], [words["sheet.payments.more_deals"].format(n=f"{len(rest):,}")] if len(rest) else []
    blank, value, paid = [None] * len(more), answers.facts.value, answers.facts.has("paid")
    return [Heading(words["sheet.payments.unplanned"].format(n=f"{len(bare):,}")), Table("PaymentsUnplanned", (
        Column(words["sheet.payments.deal"], "wrap", [answers.deals.title(deal) for deal in shown.tolist()] + more, 2,
               total=words["sheet.total"]),
        Column(words["field.owner"], "wrap", _of_deals(answers, "owner", shown) + blank, 2),
        Column(words["field.contact"], "wrap", _of_deals(answers, "contact", shown) + blank, 2),
        Column(words["sheet.payments.won_on"], "date", [*_days(answers, "close_date", shown), *blank]),
        *([Column(words["sheet.payments.paid_on"], "date", [*_days(answers, "paid", shown), *blank])] if paid else []),
        Column(words["sheet.payments.contract"], "money", [cell(number) for number in value[shown].tolist()] +
               ([cell(known_sum(value[rest]))] if more else []), 1 if paid else 2, total=cell(known_sum(value[bare])))))]


def _days(answers: Answers, field: str, deals: np.ndarray) -> np.ndarray:
    return answers.deals.column(field).astype("datetime64[D]")[deals]
