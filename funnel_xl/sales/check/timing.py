"""Rules about time: stalled deals and the SLAs of spec item 45 (F7: only where both times exist)."""

from collections.abc import Iterator

import numpy as np

from .rule import Breach, Facts, rule

DAY = np.timedelta64(1, "D")


@rule("deal.stalled", "warning", "entered")
def stalled(facts: Facts) -> Iterator[Breach]:
    for row in np.flatnonzero((facts.kind == "open") & (facts.days_in_stage > facts.stall_days)):
        yield Breach(
            int(row),
            {"stage": facts.stages[facts.stage[row]].name, "days": int(facts.days_in_stage[row]), "most": int(facts.stall_days[row])},
        )


@rule("sla.lead_entry", "warning", "lead_entered")
def lead_entry(facts: Facts) -> Iterator[Breach]:
    yield from _late(facts, "lead_obtained", "lead_entered", facts.settings.lead_workdays, facts.is_open)


@rule("sla.needs_report", "warning", "report_written")
def needs_report(facts: Facts) -> Iterator[Breach]:
    interest = np.array([stage.key == "interest" for stage in facts.stages] + [False], dtype=bool)[facts.stage]
    yield from _late(facts, "entered", "report_written", facts.settings.report_workdays, interest)


def _late(facts: Facts, begin: str, end: str, most: int, among: np.ndarray) -> Iterator[Breach]:
    days = facts.settings.workdays.count(facts.column(begin), facts.column(end))
    for row in np.flatnonzero(among & (days > most)):
        yield Breach(int(row), {"days": int(days[row]), "most": most})


@rule("sla.note", "warning", "note_written")
def note_late(facts: Facts) -> Iterator[Breach]:
    """A contact is written up within 24 hours; where a cell holds a date alone, by the next calendar day (ruling R12)."""
    contact, written = facts.column("last_contact"), facts.column("note_written")
    hours = (written - contact).astype("timedelta64[s]").astype(float) / 3600
    hours[np.isnat(written) | np.isnat(contact)] = np.nan
    timed = (contact != contact.astype("datetime64[D]")) & (written != written.astype("datetime64[D]"))
    days = (written.astype("datetime64[D]") - contact.astype("datetime64[D]")) / DAY
    late = np.where(timed, hours > facts.settings.note_hours, days > 1)
    for row in np.flatnonzero(facts.is_open & np.isfinite(hours) & late):
        yield Breach(int(row), {"hours": f"{hours[row]:.0f}", "most": f"{facts.settings.note_hours:g}"})


@rule("sla.weekly_update", "warning", "updated")
def weekly_update(facts: Facts) -> Iterator[Breach]:
    updated = facts.column("updated").astype("datetime64[D]")
    days = (facts.today - updated) / DAY
    for row in np.flatnonzero(facts.is_open & np.isin(facts.tier, ("A", "B")) & (days > facts.settings.weekly_days)):
        yield Breach(int(row), {"days": int(days[row]), "most": facts.settings.weekly_days, "tier": facts.tier[row]})


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
