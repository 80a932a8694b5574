"""Rules about time: stalled deals and the SLAs of spec item 45 (F7: only where both times exist)."""

from collections.abc import Iterator

import numpy as np

from ..journey import journeys, unread_days
from .rule import Breach, Breakers, Facts, rule

DAY = np.timedelta64(1, "D")


@rule("deal.stalled", "warning", "entered")
def stalled(facts: Facts) -> Breakers:
    return Breakers(
        facts.stalled,
        lambda row: {
            "stage": facts.stages[facts.stage[row]].name,
            "days": int(facts.days_in_stage[row]),
            "most": int(facts.stall_days[row]),
        },
    )


@rule("sla.lead_entry", "warning", "lead_entered")
def lead_entry(facts: Facts) -> Breakers:
    return _late(facts, "lead_obtained", "lead_entered", facts.settings.lead_workdays, facts.is_open)


@rule("sla.needs_report", "warning", "report_written")
def needs_report(facts: Facts) -> Breakers:
    interest = np.array([stage.key == "interest" for stage in facts.stages] + [False], dtype=bool)[facts.stage]
    return _late(facts, "entered", "report_written", facts.settings.report_workdays, interest)


def _late(facts: Facts, begin: str, end: str, most: int, among: np.ndarray) -> Breakers:
    days = facts.settings.workdays.count(facts.column(begin), facts.column(end))
    return Breakers(among & (days > most), lambda row: {"days": int(days[row]), "most": most})


@rule("sla.note", "warning", "note_written")
def note_late(facts: Facts) -> Breakers:
    """A contact is written up within 24 hours; where a cell holds a date alone, by the next calendar day (ruling R12)."""
    contact, written = facts.column("last_contact"), facts.column("note_written")
    hours = (written - contact).astype("timedelta64[s]").astype(float) / 3600
    hours[np.isnat(written) | np.isnat(contact)] = np.nan
    timed = (contact != contact.astype("datetime64[D]")) & (written != written.astype("datetime64[D]"))
    days = (written.astype("datetime64[D]") - contact.astype("datetime64[D]")) / DAY
    late = np.where(timed, hours > facts.settings.note_hours, days > 1)
    return Breakers(
        facts.is_open & np.isfinite(hours) & late, lambda row: {"hours": f"{hours[row]:.0f}", "most": f"{facts.settings.note_hours:g}"}
    )


@rule("sla.weekly_update", "warning", "updated")
def weekly_update(facts: Facts) -> Breakers:
    updated = facts.column("updated").astype("datetime64[D]")
    days = (facts.today - updated) / DAY
    return Breakers(
        facts.is_open & np.isin(facts.tier, ("A", "B")) & (days > facts.settings.weekly_days),
        lambda row: {"days": int(days[row]), "most": facts.settings.weekly_days, "tier": facts.tier[row]},
    )


@rule("sla.unchecked", "note")
def sla_unchecked(facts: Facts) -> Iterator[Breach]:
    """Said once for the source: which SLAs can't be checked for want of a time."""
    pairs = {
        "sla.lead_entry.name": ("lead_obtained", "lead_entered"),
        "sla.needs_report.name": ("entered", "report_written"),
        "sla.note.name": ("last_contact", "note_written"),
        "sla.weekly_update.name": ("updated",),
    }
    missing = [code for code, names in pairs.items() if not all(facts.has(name) for name in names)]
    if missing:
        yield Breach(-1, {"sla_words": tuple(missing)}, where=facts.deals.source)


@rule("holidays.no_list", "note")
def holidays_no_list(facts: Facts) -> Iterator[Breach]:
    years = facts.settings.workdays.years_without_list(range(facts.as_of.year - 1, facts.as_of.year + 1))
    if years:
        yield Breach(-1, {"country": facts.settings.workdays.country, "years": ", ".join(map(str, years))}, where=facts.deals.source)


@rule("journey.source", "note")
def journey_source(facts: Facts) -> Iterator[Breach]:
    """Said once: what conversion and days in stage rest on."""
    ways = journeys(facts)
    if ways.source != "current":  # what is inferred from the stages of today is said beside the rates themselves
        yield Breach(-1, {"source_word": f"journey.{ways.source}", "columns": ", ".join(ways.columns)}, where=facts.deals.source)
    if ways.unknown_stages:
        yield Breach(-1, {"source_word": "journey.unknown", "count": ways.unknown_stages, "columns": ""}, where=facts.deals.source)


@rule("journey.unread", "warning")
def journey_unread(facts: Facts) -> Iterator[Breach]:
    """A date of a stage, in a column of the deals, that can't be read."""
    header = [str(cell) for cell in facts.deals.grid.header]
    for row, heading, cell in unread_days(facts):
        where = facts.deals.grid.where(row, header.index(heading) if heading in header else None)
        yield Breach(row, {"heading": heading}, where, cell)
