"""What a new workbook holds before anything is computed: a stage model, the settings, and the demo's deals if they are wanted."""

import datetime as dt
from dataclasses import dataclass, field

from ..sales.fields import COMPANIONS
from ..sales.stage import PLACEMENTS, Stage, preset
from ..wording import LANGUAGES, words
from .demo import SEED
from .demo_team import OPEN_STEPS, Row, team_tables
from .sheets.lists import LANGUAGE_NAMES

OPEN_SHARE, CLOSED_SHARE = 2, 5         # every second open and every fifth closed deal of the demo team: enough to see, easy to overlook
OF_DEALS = ("Buyers", "Competitors", "Notes", "Actions", "Accepted")
LEAD_SCORE = {"use_case": 3, "budget": 3, "authority": 2, "timeline": 2}     # criterion -> weight; together 10 points
PAID_AFTER = dt.timedelta(days=60)
WAN = 10_000


@dataclass(frozen=True)
class Contents:
    """Tables by name, each row a mapping of fields to values; settings by name."""

    language: str
    as_of: dt.date
    tables: dict[str, list[Row]]
    settings: dict[str, object]
    demo: dict[str, list[Row]] = field(default_factory=dict)    # the rows of `tables` that were invented


def contents(language: str, as_of: dt.date, stages: str, *, demo: bool) -> Contents:
    """The contents of a new workbook on the stages of a preset.

    Raises
    ------
    SourceError
        There is no such preset.
    """
    text, model = words(language), preset(stages, language)
    settings = {
        "language": LANGUAGE_NAMES[LANGUAGES.index(language)],
        "as_of": as_of,
        "follow_today": text["demo.no" if demo else "demo.yes"],
        "recalculation": text["book.recalculation.automatic"],
        "unit": 1 if language == "en" else WAN,
        "fiscal_first_month": 1,
    }
    tables: dict[str, list[Row]] = {name: [] for name in ("Deals", *COMPANIONS) if name not in ("Settings", "History")}
    invented: dict[str, list[Row]] = {}
    if demo:
        invented, chosen = _demo(language, as_of, model)
        tables |= invented
        settings |= chosen
    tables["Stages"] = [_stage_row(stage, text) for stage in model]
    tables["LeadScore"] = [{"criterion": text[f"book.lead.{name}"], "weight": weight, "levels": text["book.lead.levels"]}
                           for name, weight in LEAD_SCORE.items()]
    return Contents(language, as_of, tables, settings, invented)


def _stage_row(stage: Stage, text: dict[str, str]) -> Row:
    numbers = {name: getattr(stage, name) for name in ("probability", "expected_days", "stall_days")}
    return {
        "stage": stage.name, "kind": text[f"stage.kind.{stage.kind}"],
        "placement": text[f"placement.{PLACEMENTS[stage.placement]}"] if stage.placement >= 0 else None,
        "entry": stage.entry or None, "action": stage.action or None, "output": stage.output or None,
        **{name: number if number == number else None for name, number in numbers.items()},
    }


def _demo(language: str, as_of: dt.date, model: tuple[Stage, ...]) -> tuple[dict[str, list[Row]], dict[str, object]]:
    """A part of the demo team's deals on these stages, with what belongs to them, and the team's settings."""
    text, team = words(language), team_tables(as_of, language, SEED)
    closed_names = {text["stage.won"], text["stage.lost"]}
    opened = [deal for deal in team["Deals"] if deal["stage"] not in closed_names][::OPEN_SHARE]
    closed = [deal for deal in team["Deals"] if deal["stage"] in closed_names][::CLOSED_SHARE]
    names = _stage_names(model, text)
    deals = opened + closed
    for deal in deals:
        deal |= {name: names.get(str(deal[name]), deal[name]) for name in ("stage", "lost_stage") if deal.get(name)}
        deal.pop("lead_score", None)        # the table LeadScore gives it
    kept = {deal["id"] for deal in deals}
    rows = {name: [row for row in team[name] if row["deal"] in kept] for name in OF_DEALS}
    won = [deal for deal in closed if deal["stage"] == names[text["stage.won"]]]
    payments = [{"deal": deal["id"], "due": deal["close_date"] + PAID_AFTER, "amount": deal["amount"],
                 "received": deal["amount"] if deal.get("paid") else None} for deal in won]
    settings = {str(row["setting"]): row["value"] for row in team["Settings"]}
    return {"Deals": deals, **rows, "Payments": payments, "Quotas": team["Quotas"], "Holidays": team["Holidays"]}, settings


def _stage_names(model: tuple[Stage, ...], text: dict[str, str]) -> dict[str, str]:
    """The demo's stages -> the model's: its open ones by how far they are, won and lost by their kind."""
    opened = [stage.name for stage in model if stage.kind == "open"]
    steps = [text[f"stage.{step.key}"] for step in OPEN_STEPS]
    names = {step: opened[round(at * (len(opened) - 1) / (len(steps) - 1))] for at, step in enumerate(steps)}
    for kind in ("won", "lost"):
        names[text[f"stage.{kind}"]] = next((stage.name for stage in model if stage.kind == kind), text[f"stage.{kind}"])
    return names


