"""Everything that is computed from a team's deals on one day: pure data for sheets, the command line and Excel."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..errors import OutOfRange
from .aliases import meaning
from .check.rule import Facts
from .check.run import accepted, check
from .companions import holiday_dates, settings_of
from .conversion import Passage, passages
from .currency import InBase, in_base
from .deals import Deals
from .finding import Finding
from .journey import days_here, journeys
from .lines import lines_of, stages_of
from .money import currency_code, is_iso
from .next_check import next_checks
from .period import Period, quota_period, read_period, shortest_around
from .placement import NONE, Placement, place
from .probability import Probability, weighted_value, win_probability
from .quota_table import quota_rows, team_quotas
from .settings import Settings, setting_notes, with_values
from .stage import Stage, fitting_preset, preset, propose, respelt, stage_table
from .summary import Columns, Line, Summary, summarise
from .tier import cadence, proposed_limits, tiers
from .workdays import workdays_of

__all__ = ["Answers", "Line", "Passage", "Summary", "answer"]


@dataclass(frozen=True)
class Answers:
    """All answers for one source, one stage model and one as-of date.

    `computed` has one row a deal, in the order of `deals.table`:
    score [points, NaN], score_placement, horizon, placement [int: 0 Above, 1 In, 2 Best Few, -1 none; `placement` is the adopted one],
    horizon_months [whole calendar months to the close date, NaN], basis ["score", "score+date", "date", "stage", ""], overdue [bool],
    agree ["yes", "no", ""], work ["qualify", "cover", "close", ""], probability [fraction, NaN],
    probability_source ["own", "fund_competition", "stage", "closed", ""], weighted [NaN], tier ["A", "B", "C", ""], cadence_days [NaN],
    days_in_stage [NaN], stalled [bool], age_days [NaN], next_check [row of words.csv, or ""], next_reason [row of words.csv, or ""],
    value [amount in base currency, NaN], kind ["open", "won", "lost", "post", "" unknown stage], findings [int],
    worst ["error", "warning", ""].
    """

    as_of: dt.date
    deals: Deals
    stages: tuple[Stage, ...]
    stages_from: str  # "preset:saas", "book", "file:NAME", "proposed", "none"
    computed: pd.DataFrame
    findings: tuple[Finding, ...]  # dearest first
    notes: tuple[Finding, ...]
    summary: Summary
    accepted: tuple[tuple[Finding, str], ...]  # findings that the team accepted, with the reason
    settings: Settings
    currency: str  # ISO code of all money; "" where none is named
    facts: Facts  # what all of it was computed from, for whoever asks further


@dataclass(frozen=True)
class Weighed:
    """The deals placed, weighed and tiered: what every answer is drawn from."""

    facts: Facts
    chance: Probability
    stages_from: str
    currency: str
    notes: tuple[Finding, ...]


def weigh(
    deals: Deals,
    as_of: dt.date,
    *,
    stages: Sequence[Stage] | None = None,
    stages_from: str = "",
    settings: Settings | None = None,
    given: dict[str, object] | None = None,
) -> Weighed:
    """What answer() begins with, for who needs no findings."""
    settings = _settings(deals, as_of, settings or Settings(), given or {})
    stages, stages_from, stage_notes = _stages(deals, stages, stages_from)
    told = _told(deals)
    line = lines_of(stages, deals.column("pipeline"), deals.column("product"))
    index, kind = _stage_of(deals.column("stage"), stages, line)
    kind = np.where((told != "") & ((kind == "open") | (kind == "")), told, kind)
    money = in_base(
        deals.column("amount"), deals.currencies, settings.currency, deals.companions.table("Rates"), deals.column("close_date")
    )
    facts, chance, limit_notes = _facts(deals, as_of, stages, settings, line, index, kind, money, stages_from == "book")
    notes = (*setting_notes(deals.companions.table("Settings")), *stage_notes, *_currency_notes(deals, settings, money), *limit_notes)
    return Weighed(facts, chance, stages_from, money.base, notes)


def summary_of(facts: Facts) -> Summary:
    """The funnel's numbers."""
    deals = facts.deals
    columns = Columns(
        facts.terminal,
        deals.column("stage"),
        facts.kind,
        facts.value,
        facts.weighted,
        facts.placement.adopted,
        deals.column("owner"),
        deals.column("close_date"),
        np.where(np.isin(facts.kind, ("won", "lost")), facts.age_days, np.nan),
    )
    ways = journeys(facts)
    return summarise(columns, facts.stages, facts.settings, facts.as_of, passages(ways, facts.kind, facts.stages), ways.left_out)


def _counted_under(index: np.ndarray, kind: np.ndarray, line: np.ndarray, stages: Sequence[Stage]) -> np.ndarray:
    """The stage under which each deal counts: one that a status column says is closed is won or lost, not in the step it was closed in."""
    stage = index.copy()
    own_kind = np.array([*(each.kind for each in stages), ""], dtype=object)[stage]
    for at, each in sorted(enumerate(stages), key=lambda item: (item[1].line != "", -item[0])):
        if each.kind in ("won", "lost"):
            mine = (line == each.line) if each.line else True
            stage[(kind == each.kind) & (own_kind != each.kind) & mine] = at
    return stage


def answer(
    deals: Deals,
    as_of: dt.date,
    *,
    stages: Sequence[Stage] | None = None,
    stages_from: str = "",
    settings: Settings | None = None,
    given: dict[str, object] | None = None,
) -> Answers:
    """All answers for these deals on that day.

    `stages` and where they come from stand above the book's own table Stages, and that above a preset that fits, and that above a model
    proposed from the data. `given` holds settings that stand above the book's table Settings.
    """
    weighed = weigh(deals, as_of, stages=stages, stages_from=stages_from, settings=settings, given=given)
    facts = weighed.facts
    findings, notes = check(facts)
    standing, taken = accepted(findings, facts)
    return Answers(
        as_of,
        deals,
        facts.stages,
        weighed.stages_from,
        _computed(facts, weighed.chance, standing),
        tuple(standing),
        (*weighed.notes, *notes),
        summary_of(facts),
        tuple(taken),
        facts.settings,
        weighed.currency,
        facts,
    )


def _settings(deals: Deals, as_of: dt.date, settings: Settings, given: dict[str, object]) -> Settings:
    table = deals.companions.table("Settings")
    values = settings_of(table)
    settings = with_values(settings, values, "Settings")
    settings = with_values(settings, given, deals.source)
    if settings.quota_period and not read_period(settings.quota_period, as_of, settings.fiscal_first_month):
        where = deals.source if "quota_period" in given else "Settings"
        raise OutOfRange("error.setting.period", where=where, value=settings.quota_period)
    quotas = deals.companions.table("Quotas")
    if np.isnan(settings.quota) and len(quotas):
        settings = _team_quota(settings, quotas, as_of)
    off, makeup = holiday_dates(deals.companions.table("Holidays"))
    return replace(settings, workdays=workdays_of(settings.holidays, off, makeup))


def _team_quota(settings: Settings, quotas: pd.DataFrame, as_of: dt.date) -> Settings:
    """The team's money quota: for the settings' period, else the as-of date's quarter, else the shortest one around it."""
    months = settings.fiscal_first_month
    sums = team_quotas(quota_rows(quotas, as_of, months))
    chosen: Period | None = quota_period(settings.quota_period, as_of, months)
    if chosen not in sums:
        chosen = None if settings.quota_period else shortest_around(sums, as_of)
    return replace(settings, quota=sums[chosen], quota_period=chosen.name) if chosen else settings


def _currency_notes(deals: Deals, settings: Settings, money: InBase) -> list[Finding]:
    """In which currency the totals are where the team has not said it, and how many deals were taken to be in it."""
    named = {code for code in set(money.codes.tolist()) if is_iso(code)}
    base = money.base or money.sign
    bare = int(((money.codes == "") & np.isfinite(deals.column("amount"))).sum())
    place_of = deals.where(-1, "currency" if "currency" in deals.columns else "amount")
    notes = []
    if not settings.currency and len(named) + bool(money.sign) > 1:
        notes.append(Finding("currency.base", "note", place_of, "currency", None, details={"base": base}))
    for name, meant in sorted(dict(zip(deals.currencies.tolist(), money.codes.tolist(), strict=True)).items()):
        if (sign := currency_code(str(name))) and sign != meant:
            details = {"sign": sign, "base": meant, "count": int((deals.currencies == name).sum())}
            notes.append(Finding("currency.sign", "note", place_of, "currency", None, details=details))
    if named and bare:
        notes.append(Finding("currency.assumed", "note", place_of, "currency", None, details={"base": base, "count": bare}))
    return notes


def _stages(deals: Deals, stages: Sequence[Stage] | None, stages_from: str) -> tuple[tuple[Stage, ...], str, list[Finding]]:
    """The stage model, where it comes from, and the note that says so."""
    names = Counter(filter(None, deals.column("stage").tolist()))
    place_of = deals.grid.where(-1, deals.columns.get("stage"))
    if stages is not None:
        return respelt(stages, names), stages_from, []
    own = deals.companions.table("Stages")
    own = own[own["stage"] != ""] if len(own) else own
    if len(own):
        return stage_table(own.to_dict("records"), deals.language), "book", [Finding("stages.book", "note", "Stages")]
    if found := fitting_preset(names, deals.language):
        return (
            found[1],
            f"preset:{found[0]}",
            [Finding("stages.preset", "note", place_of, "stage", found[0], details={"preset_word": f"preset.{found[0]}"})],
        )
    if not names:
        code = "stages.none" if len(deals.table) else "deals.none"
        return (), "none", [Finding(code, "note", place_of if "stage" in deals.columns else deals.source)]
    table = deals.table
    filled = (
        sum(
            ((table[name] != "").to_numpy() if table[name].dtype == object else table[name].notna().to_numpy()).astype(int)
            for name in table.columns
            if name != "future"
        )
        if len(table.columns)
        else np.zeros(len(table))
    )
    made = propose(deals.column("stage").tolist(), _told(deals), deals.column("probability"), deals.column("created"), np.asarray(filled))
    steps = ", ".join(f"{stage.name} {stage.probability:.0%}" for stage in made.stages if stage.kind == "open")
    closed = ", ".join(stage.name for stage in made.stages)
    evidence = f"stages.by_{made.evidence}" if steps else "stages.by_closed"
    note = Finding("stages.proposed", "note", place_of, "stage", None, details={"stages": steps or closed, "evidence_word": evidence})
    model = (*made.stages, *_closed_by_status(deals, made.stages))
    strange = [stage.name for stage in model if not meaning("stage", stage.name)]
    notes = [note]
    if strange and all(stage.kind == "open" for stage in model):
        notes.append(Finding("stages.none_closed", "note", place_of, "stage", ", ".join(strange)))
    return model, "proposed", notes


def _closed_by_status(deals: Deals, stages: Sequence[Stage]) -> list[Stage]:
    """Won and lost of a source whose status column tells them and whose stages don't, as the status spells them, else as a preset does."""
    told, status = _told(deals), deals.column("status")
    missing = [kind for kind in ("won", "lost") if (told == kind).any() and all(stage.kind != kind for stage in stages)]
    names = {stage.kind: stage.name for stage in reversed(preset("s4_six", deals.language))}
    spelt = {kind: Counter(text for text in status[told == kind].tolist() if meaning("kind", text) == kind) for kind in missing}
    return [
        Stage(spelt[kind].most_common(1)[0][0] if spelt[kind] else names[kind], kind, {"won": 1.0, "lost": 0.0}[kind]) for kind in missing
    ]


def _stage_of(names: np.ndarray, stages: Sequence[Stage], line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index and kind of each deal's stage; -1 and "" where the model does not know it."""
    index = stages_of(stages, names, line)
    return index, np.array([*(stage.kind for stage in stages), ""], dtype=object)[index]


def _told(deals: Deals) -> np.ndarray:
    """ "won" or "lost" where a status column says so beside the stage, as CRM exports do; "" elsewhere."""
    if not {"is_won", "is_closed", "status"} & set(deals.table.columns):
        return np.full(len(deals.table), "", dtype=object)
    won, closed = deals.column("is_won"), deals.column("is_closed")
    told = np.where(won == 1, "won", np.where((closed == 1) & (won == 0), "lost", "")).astype(object)
    status = deals.column("status")
    kinds = {text: meaning("kind", text) for text in set(status.tolist()) if text}
    said = np.array([kinds.get(text, "") for text in status.tolist()], dtype=object)
    return np.where(np.isin(said, ("won", "lost")), said, told)


def _lost_stage(deals: Deals, stages: Sequence[Stage], stage: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Where a lost deal was lost: what the source says of it, else the open stage it still stands in beside its status; -1 unknown."""
    said, kind = _stage_of(deals.column("lost_stage"), stages, line)
    own_kind = np.array([*(each.kind for each in stages), ""], dtype=object)[stage]
    return np.where(kind == "open", said, np.where(own_kind == "open", stage, -1))


def _facts(
    deals: Deals,
    as_of: dt.date,
    stages: tuple[Stage, ...],
    settings: Settings,
    line: np.ndarray,
    index: np.ndarray,
    kind: np.ndarray,
    money: InBase,
    book_stages: bool,
) -> tuple[Facts, Probability, list[Finding]]:
    default, stall, place_of = (
        np.array([*(getattr(stage, name) for stage in stages), empty])[index]
        for name, empty in (("probability", np.nan), ("stall_days", np.nan), ("placement", NONE))
    )
    fund, competition, close = deals.column("fund"), deals.column("competition"), deals.column("close_date")
    is_open = (kind == "open") | (kind == "")
    future = deals.table["future"].to_numpy() if "future" in deals.table.columns else np.zeros(len(kind), bool)
    placement = place(fund, competition, close, future, place_of.astype(np.int8), is_open, as_of)
    chance = win_probability(deals.column("probability"), fund, competition, default, kind)
    weighted = np.where(is_open, weighted_value(money.value, chance.value), np.nan)
    notes = [Finding("probability.autofill", "note", deals.where(-1, "probability"), "probability")] if chance.autofilled else []
    settings, limit_notes = _limits(settings, money.value[is_open], deals)
    tier = np.where(is_open, tiers(money.value, chance.value, placement.adopted, settings.small, settings.big), "")
    facts = Facts(
        deals,
        as_of,
        stages,
        settings,
        index,
        kind,
        money.value,
        money.no_rate,
        placement,
        chance.value,
        weighted,
        chance.autofilled,
        default,
        tier,
        np.where(is_open, _days(deals.column("entered"), np.datetime64(as_of, "D")), np.nan),
        stall,
        _age(deals, kind, as_of),
        line,
        _counted_under(index, kind, line, stages),
        _lost_stage(deals, stages, index, line),
        book_stages,
    )
    untold = is_open & np.isnan(facts.days_in_stage)
    if untold.any():
        facts.days_in_stage[untold] = days_here(facts)[untold]
    lost = money.value[(kind == "lost") & np.isfinite(money.value)]
    if len(lost) and not lost.any():
        notes.append(Finding("lost.no_amounts", "note", deals.where(-1, "amount"), "amount"))
    return facts, chance, notes + limit_notes


def _limits(settings: Settings, amounts: np.ndarray, deals: Deals) -> tuple[Settings, list[Finding]]:
    """The tier limits, proposed from the open amounts' terciles where the team has not decided them; said in a note."""
    if not (np.isnan(settings.small) or np.isnan(settings.big)):
        return settings, []
    small, big = proposed_limits(amounts)
    if np.isnan(small):
        return settings, []
    settings = replace(
        settings, small=small if np.isnan(settings.small) else settings.small, big=big if np.isnan(settings.big) else settings.big
    )
    return settings, [
        Finding(
            "tiers.proposed", "note", deals.source, "amount", details={"small": f"{settings.small:,.0f}", "big": f"{settings.big:,.0f}"}
        )
    ]


def _days(since: np.ndarray, until: np.ndarray | np.datetime64) -> np.ndarray:
    """Whole days from one date to another; NaN where either is missing or the first is later."""
    days = (until - since.astype("datetime64[D]")).astype("timedelta64[D]")
    numbers = days.astype(float)
    numbers[np.isnat(days) | (numbers < 0)] = np.nan
    return numbers


def _age(deals: Deals, kind: np.ndarray, as_of: dt.date) -> np.ndarray:
    """Days from created to the as-of date of an open deal, to the close date of a closed one."""
    closed = np.isin(kind, ("won", "lost"))
    until = np.where(closed, deals.column("close_date").astype("datetime64[D]"), np.datetime64(as_of, "D"))
    return _days(deals.column("created"), until)


def _computed(facts: Facts, chance: Probability, findings: Sequence[Finding]) -> pd.DataFrame:
    places: Placement = facts.placement
    what, why = next_checks(facts)
    rows = [finding.row for finding in findings if finding.row >= 0]
    count = np.bincount(np.array(rows, dtype=np.int64), minlength=len(facts.kind))
    worst = np.where(count > 0, "warning", "").astype(object)
    worst[[finding.row for finding in findings if finding.row >= 0 and finding.severity == "error"]] = "error"
    return pd.DataFrame(
        {
            "score": places.score,
            "score_placement": places.score_placement,
            "horizon": places.horizon,
            "horizon_months": places.horizon_months,
            "placement": places.adopted,
            "basis": places.basis,
            "overdue": places.overdue,
            "agree": places.agree,
            "work": places.work,
            "probability": chance.value,
            "probability_source": chance.source,
            "weighted": facts.weighted,
            "tier": facts.tier.astype(object),
            "cadence_days": cadence(facts.tier),
            "days_in_stage": facts.days_in_stage,
            "stalled": facts.stalled,
            "age_days": facts.age_days,
            "next_check": pd.Series(what, dtype=object),
            "next_reason": pd.Series(why, dtype=object),
            "value": facts.value,
            "kind": pd.Series(facts.kind, dtype=object),
            "findings": count,
            "worst": pd.Series(worst, dtype=object),
        }
    )
