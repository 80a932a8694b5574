"""What `funnel-xl knowledge` answers: the cases that a search finds, how they ended, and the reasons given most."""

import math
from collections import Counter

from ..sales.knowledge import Cases, Query, reasons
from ..sales.rates import ratio
from .knowledge import noted
from .numbers import cell, money
from .terminal import Block, share

MOST_PRINTED = 30       # cases; all are found by --json
MOST_REASONS = 5
MOST_NAMED = 12         # competitors or products that are offered where nothing is found
LONGEST = 48            # characters of a text in a line


def case_blocks(every: Cases, found: Cases, query: Query, words: dict[str, str]) -> list[Block]:
    """How many cases were found among all, won and lost, the reasons, and the newest ones; where none is, what can be asked for."""
    said = Block(_headline(every, found, query, words))
    if not len(found):
        return [said, *_offered(every, query, words)]
    blocks = [said]
    for outcome in ("lost", "won"):
        if named := reasons(found, outcome)[:MOST_REASONS]:
            heading = words[f"say.knowledge.reasons.{outcome}"]
            blocks.append(Block(heading, rows=tuple((f"  {name}", f"{count:,}") for name, count in named)))
    listed = found.listed()
    silent = len(found) - len(listed)
    if len(listed):
        blocks.append(_table(listed, words))
    notes = []
    if len(listed) > MOST_PRINTED:
        notes.append(words["say.knowledge.more"].format(n=f"{len(listed) - MOST_PRINTED:,}"))
    if silent:
        notes.append(words["say.knowledge.silent"].format(n=f"{silent:,}"))
    return [*blocks, Block("", rows=tuple((note,) for note in notes))] if notes else blocks


def _headline(every: Cases, found: Cases, query: Query, words: dict[str, str]) -> str:
    """How many were found; the win rate only where both outcomes were looked for."""
    won = int((found.outcome == "won").sum())
    which = "none" if not len(found) else "only" if query.outcome else "found"
    outcome = words[f"stage.kind.{query.outcome}"] if query.outcome else ""
    return words[f"say.knowledge.{which}"].format(n=f"{len(found):,}", all=f"{len(every):,}", won=f"{won:,}", lost=f"{len(found) - won:,}",
                                                  rate=share(ratio(won, len(found))), outcome=outcome)


def _offered(every: Cases, query: Query, words: dict[str, str]) -> list[Block]:
    """The competitors and products that there are."""
    kinds = {"competitor": [name for names in every.competitors.tolist() for name in names], "product": every.product.tolist()}
    blocks = []
    for name, texts in kinds.items():
        named = [text for text, _ in Counter(text for text in texts if text).most_common(MOST_NAMED)]
        if named and getattr(query, name):
            blocks.append(Block("", rows=((words[f"say.knowledge.offered.{name}"].format(names=words["say.list"].join(named)),),)))
    return blocks


def _table(listed: Cases, words: dict[str, str]) -> Block:
    shown = listed.among(slice(0, MOST_PRINTED))
    outcomes = {"won": words["stage.kind.won"], "lost": words["stage.kind.lost"]}
    columns = {
        words["sheet.knowledge.outcome"]: [outcomes[each] for each in shown.outcome.tolist()],
        words["sheet.knowledge.closed_on"]: ["" if str(day) == "NaT" else str(day) for day in shown.closed],
        words["field.account"]: [_short(text) for text in shown.account.tolist()],
        words["field.product"]: [_short(text) for text in shown.product.tolist()],
        words["field.competitor"]: [_short(words["say.list"].join(names)) for names in shown.competitors.tolist()],
        words["sheet.knowledge.reason"]: [_short(text) for text in shown.reason.tolist()],
        words["field.lessons"]: [_short(text) for text in shown.lesson.tolist()],
        words["sheet.knowledge.noted"]: [_short(text) for text in noted(shown, words)],
        words["field.lost_stage"]: [_short(text) for text in shown.stage.tolist()],
        words["field.owner"]: [_short(text) for text in shown.owner.tolist()],
        words["sheet.line.amount"]: [money(float(number), words) for number in shown.amount],
    }
    kept = {heading: texts for heading, texts in columns.items() if any(texts)}
    texts = len(kept) - (words["sheet.line.amount"] in kept)
    return Block("", tuple(kept), tuple(zip(*kept.values(), strict=True)), texts)


def _short(text: str) -> str:
    """A text as a line of the terminal can hold it."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def case_record(every: Cases, found: Cases, query: Query) -> dict[str, object]:
    """The cases that a search finds as plain records, all of them; null where something is not known."""
    won = int((found.outcome == "won").sum())
    rate = math.nan if query.outcome else ratio(won, len(found))  # of one outcome alone it would be 0 or 1
    columns = {"id": found.id, "outcome": found.outcome, "account": found.account, "product": found.product, "stage": found.stage,
               "reason": found.reason, "lesson": found.lesson, "strengths": found.strengths, "red_flags": found.red_flags,
               "owner": found.owner}
    said = [{name: text or None for name, text in zip(columns, texts, strict=True)}
            for texts in zip(*(column.tolist() for column in columns.values()), strict=True)]
    more = zip(found.closed, found.competitors.tolist(), found.amount.tolist(), found.cycle_days.tolist(), strict=True)
    return {
        "closed": len(every),
        "found": {"cases": len(found), "won": won, "lost": len(found) - won, "win_rate": cell(rate)},
        "reasons": {outcome: [{"reason": name, "cases": count} for name, count in reasons(found, outcome)] for outcome in ("won", "lost")},
        "cases": [{"closed": None if str(day) == "NaT" else str(day), "competitors": list(names), "amount": cell(amount),
                   "cycle_days": cell(days), **texts} for texts, (day, names, amount, days) in zip(said, more, strict=True)],
    }
