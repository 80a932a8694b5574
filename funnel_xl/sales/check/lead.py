"""Rules about the lead score: what is typed, what the team's own table LeadScore adds up to, and whether that table can be read."""

from collections.abc import Iterator
from difflib import get_close_matches

import numpy as np

from ..aliases import plain
from ..lead_score import APART, Criterion, adopted_score, lead_scores
from ..lines import ranks
from .rule import Breach, Breakers, Facts, rule


@rule("lead_score.out_of_range", "warning", "lead_score")
def out_of_range(facts: Facts) -> np.ndarray:
    score = facts.column("lead_score")
    return (score < 0) | (score > 10)


@rule("lead_score.below_gate", "warning", "lead_score")
def below_gate(facts: Facts) -> Breakers:
    """Past the first stage of its line with a score under the gate and no clear use case (spec item 41, OR by ruling R11)."""
    score = adopted_score(facts)
    beyond = (facts.kind == "open") & (ranks(facts.stages)[facts.stage] > 0) & (facts.column("use_case") != 1)
    return Breakers(
        beyond & (score < facts.settings.gate),
        lambda row: {
            "value": f"{np.round(score[row], 1):g}",
            "gate": f"{facts.settings.gate:g}",
            "stage": facts.stages[facts.stage[row]].name,
        },
    )


@rule("lead_score.differs", "warning", "lead_score")
def differs(facts: Facts) -> Breakers:
    """The typed score lies outside what the criteria can add up to, whatever is still unknown of them."""
    typed, scores = facts.column("lead_score"), lead_scores(facts)
    apart = (typed < scores.score - APART - 1e-9) | (typed > scores.most + APART + 1e-9)
    return Breakers(
        facts.is_open & apart,
        lambda row: {"computed": _span(scores.score[row], scores.most[row]), "known": int(scores.known[row]), "of": scores.counting},
    )


def _span(least: float, most: float) -> str:
    """"4.5", or "4.5 - 7" where not all is known."""
    texts = [f"{np.round(score, 1):g}" for score in (least, most)]
    return " – ".join(dict.fromkeys(texts))


@rule("lead_score.unread", "warning", "lead_score")
def unread(facts: Facts) -> Iterator[Breach]:
    """A cell of a criterion's column that is none of its levels; what reading the field has found already is not found again."""
    scores, grid = lead_scores(facts), facts.deals.grid
    found = {(finding.row, finding.column) for finding in facts.deals.findings} if scores.unread else set()
    for at, row in scores.unread:
        criterion = scores.criteria[at]
        if facts.is_open[row] and (row, criterion.field) not in found:
            value = grid.rows[row][criterion.at]
            yield Breach(row, _allowed(criterion, str(value)), grid.where(row, criterion.at), value, column=criterion.field)


def _allowed(criterion: Criterion, value: str) -> dict:
    """The levels of a criterion, the nearest one to what was typed."""
    names = criterion.levels.names if criterion.levels else ()
    by_plain = {plain(name): name for name in names}
    near = get_close_matches(plain(value), list(by_plain), n=1)
    return {
        "criterion": criterion.name,
        "allowed": ", ".join(names) or (f"0–1, 0–{criterion.weight:g}" if criterion.weight > 1 else "0–1"),
        "mend_word": "mend.near" if near else "mend.level",
        "near": by_plain[near[0]] if near else "",
    }


@rule("lead_score.levels_unread", "warning", "levels")
def levels_unread(facts: Facts) -> Iterator[Breach]:
    for each, where in _rows(facts):
        if each.levels is None:
            yield Breach(-1, {"criterion": each.name}, where("levels"), facts.deals.companions.table("LeadScore")["levels"].iloc[each.row])


@rule("lead_score.no_weight", "warning", "weight")
def no_weight(facts: Facts) -> Iterator[Breach]:
    for each, where in _rows(facts):
        if np.isnan(each.weight):
            yield Breach(-1, {"criterion": each.name}, where("weight"))


@rule("lead_score.no_column", "note", "criterion")
def no_column(facts: Facts) -> Iterator[Breach]:
    """Said once: criteria for which the deals have no column count as not known."""
    missing = [(each, where) for each, where in _rows(facts) if each.at < 0]
    if missing:
        yield Breach(-1, {"criteria": ", ".join(each.name for each, _ in missing)}, missing[0][1]("criterion"))


def _rows(facts: Facts) -> Iterator[tuple[Criterion, object]]:
    """Each criterion with the place of its row."""
    places = facts.deals.companions.table("LeadScore")["where"]
    return ((each, places.iloc[each.row]) for each in lead_scores(facts).criteria)
