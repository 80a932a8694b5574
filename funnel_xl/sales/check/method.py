"""Rules that hold the method's numbers against each other: score, horizon, position, probability, entry conditions, BANT."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from ..placement import PLACEMENTS
from .entry import unmet as unmet_entry
from .lead import below_gate
from .people import has_dated_action
from .rule import Breach, Breakers, Facts, rule

LEAD_GATE = {"lead_score", "use_case"}   # what lets a lead pass the first stage
BANDS = (0.375, 0.625, 0.87)  # competition %: 25 | 50 | 75 | 99 (ruling R10)


@rule("placement.disagrees", "warning", "close_date")
def placement_disagrees(facts: Facts) -> Breakers:
    places = facts.placement

    def details(row: int) -> dict:
        months = places.horizon_months[row]
        return {
            "score": f"{places.score[row]:.0f}",
            "score_word": f"placement.{PLACEMENTS[places.score_placement[row]]}",
            "date_word": f"placement.{PLACEMENTS[places.horizon[row]]}",
            "months": "-" if np.isnan(months) else int(months),
            "adopted_word": f"placement.{PLACEMENTS[places.adopted[row]]}",
            "mend_word": "mend.late" if places.horizon[row] < places.score_placement[row] else "mend.early",
        }

    return Breakers(places.agree == "no", details)


@rule("score.blank", "warning", "fund")
def score_blank(facts: Facts) -> Iterator[Breach]:
    """One finding an owner, not one a row (spec F2)."""
    if not (facts.has("fund") or facts.has("competition")):
        return
    blank = facts.is_open & np.isnan(facts.placement.score)
    owners = facts.column("owner")
    for owner, count in sorted(Counter(owners[blank].tolist()).items(), key=lambda item: -item[1]):
        rows = np.flatnonzero(blank & (owners == owner))
        yield Breach(
            -1,
            {"who": owner or "-", "count": count, "first": facts.deals.where(int(rows[0]), "fund")},
            where=facts.deals.where(int(rows[0]), "fund"),
            stake=float(np.nansum(facts.value[rows])),
            column="fund",
            owner=owner,
        )


@rule("position.contradicts", "warning", "position")
def position_contradicts(facts: Facts) -> Breakers:
    position, competition = facts.column("position"), facts.column("competition")
    both = facts.is_open & np.isfinite(position) & np.isfinite(competition)
    rate_band = np.digitize(competition, BANDS)
    position_band = np.where(position >= 4, 3, np.where(position >= 2, 2, np.where(position >= -1, 1, 0)))
    apart = np.abs(rate_band - position_band)
    apart = np.where((position == -1) & (rate_band == 0), 0, apart)  # "-1" is both even and negative
    return Breakers(
        both & (apart >= 2),
        lambda row: {
            "position": f"{position[row]:+.0f}",
            "position_word": f"position.{position[row]:+.0f}",
            "competition": f"{competition[row]:.0%}",
        },
    )


@rule("probability.far", "warning", "probability")
def probability_far(facts: Facts) -> Breakers:
    own = facts.column("probability")
    far = (facts.kind == "open") & (np.abs(own - facts.default) > facts.settings.probability_gap + 1e-9)
    return Breakers(
        far & (not facts.autofilled),
        lambda row: {"own": f"{own[row]:.0%}", "default": f"{facts.default[row]:.0%}", "stage": facts.stages[facts.stage[row]].name},
        lambda row: _gap_money(facts, row, own[row], facts.default[row]),
    )


@rule("probability.two_ways", "warning", "probability")
def probability_two_ways(facts: Facts) -> Breakers:
    own, product = facts.column("probability"), facts.column("fund") * facts.column("competition")
    apart = facts.is_open & (np.abs(own - product) > facts.settings.probability_gap + 1e-9)
    return Breakers(
        apart & (not facts.autofilled),
        lambda row: {
            "own": f"{own[row]:.0%}",
            "product": f"{product[row]:.0%}",
            "own_money": _money(facts.value[row] * own[row]),
            "product_money": _money(facts.value[row] * product[row]),
        },
        lambda row: _gap_money(facts, row, own[row], product[row]),
    )


def _gap_money(facts: Facts, row: int, first: float, second: float) -> float:
    return float(abs(facts.value[row] * (first - second)))


def _money(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:,.0f}"


@rule("entry.unmet", "warning", "stage")
def entry_unmet(facts: Facts) -> Breakers:
    """Entry conditions of item 41 that fields can show: any part is enough, or each is asked for, as the stage says (ruling R11)."""
    found = {at: unmet for at in range(len(facts.stages)) if (unmet := unmet_entry(facts, at))}
    low = below_gate(facts).deals
    broken = np.zeros(len(facts.kind), bool)
    for unmet in found.values():
        broken |= unmet.deals & ~low if unmet.asked <= LEAD_GATE else unmet.deals   # what the gate's own rule says is not said twice

    def details(row: int) -> dict:
        stage = facts.stages[facts.stage[row]]
        missing = " / ".join(found[int(facts.stage[row])].missing(row))
        return {"stage": stage.name, "entry": " ".join(stage.entry.split()), "missing": missing}

    return Breakers(broken, details)


@rule("bant.disqualify", "warning", "bant_budget")
def bant_disqualify(facts: Facts) -> np.ndarray:
    """No budget or no authority, said so: withdraw or find it (spec item 54)."""
    return facts.is_open & ((facts.column("bant_budget") == 0) | (facts.column("bant_authority") == 0))


@rule("bant.unknown", "warning", "bant_budget")
def bant_unknown(facts: Facts) -> Iterator[Breach]:
    """In the funnel or Best Few with a BANT question never answered."""
    names = [name for name in ("bant_budget", "bant_authority", "bant_need", "bant_timeline") if facts.has(name)]
    unknown = np.zeros(len(facts.kind), bool)
    for name in names:
        unknown |= np.isnan(facts.column(name))
    for row in np.flatnonzero(facts.is_open & unknown & (facts.placement.adopted > 0)):
        first = next(name for name in names if np.isnan(facts.column(name)[row]))
        yield Breach(int(row), {"asked_word": f"field.{first}"}, column=first)


@rule("position.both_strong", "warning", "position")
def position_both_strong(facts: Facts) -> Iterator[Breach]:
    """We and a rival both say +3 or better: one of the two is wrong (spec F8)."""
    rivals, position = facts.deals.competitors, facts.column("position")
    for deal, name, rival in zip(rivals["deal"], rivals["name"], rivals["position"], strict=True):
        if deal >= 0 and facts.is_open[deal] and position[deal] >= 3 and rival >= 3:
            yield Breach(int(deal), {"rival": name or "-", "rival_position": f"{rival:+.0f}", "position": f"{position[deal]:+.0f}"})


@rule("in.no_contact", "warning", "contact")
def in_no_contact(facts: Facts) -> Iterator[Breach]:
    """In the funnel means at least one buying influence contacted (spec item 14)."""
    buyers = facts.deals.buyers
    if not len(buyers):
        return
    contacted = np.zeros(len(facts.kind), bool)
    asked = np.isfinite(buyers["contacted"].to_numpy()).any()
    met = buyers["deal"].to_numpy()[(buyers["contacted"].to_numpy() == 1) | (not asked)]
    contacted[met[met >= 0]] = True
    for row in np.flatnonzero(facts.is_open & (facts.placement.adopted == 1) & ~contacted):
        yield Breach(int(row))


@rule("best_few.no_action", "warning", "next_step_due")
def best_few_no_action(facts: Facts) -> Iterator[Breach]:
    actions = facts.deals.actions
    if not len(actions) and not facts.has("next_step_due"):
        return
    dated = has_dated_action(facts)
    for row in np.flatnonzero(facts.is_open & (facts.placement.adopted == 2) & ~dated):
        yield Breach(int(row))
