"""From a team's file to its answers: the one path that the command line and the macros take."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SourceError
from ..sales.answers import Answers, answer
from ..sales.companions import settings_of
from ..sales.deals import read_deals, with_companion
from ..sales.stage import Stage, preset, presets
from ..sales.stages_file import read_stages
from .source import collector_at_rest, open_source


@dataclass(frozen=True)
class Request:
    """What is asked of a file."""

    path: Path
    as_of: dt.date
    table: str | None = None
    sheet: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)  # heading as typed -> field
    stages: str | None = None  # a preset's name, or a file with a Stages table
    language: str | None = None  # None: the source's own
    given: Mapping[str, object] = field(default_factory=dict)  # settings that stand above the book's own
    encoding: str | None = None
    history: Path | None = None  # a file with the changes of stage, where the source itself has none


@collector_at_rest()
def answers_of(request: Request, step: Callable[[str], object] = lambda name: None) -> tuple[Answers, str]:
    """The answers for a file, and the language to give them in; `step` is told what is being done (a row of words.csv).

    Raises
    ------
    FunnelError
        The file can't be read, or what is asked for is not in it.
    """
    step("step.read")
    source = open_source(request.path, encoding=request.encoding)
    deals = read_deals(source, request.as_of, table=request.table, sheet=request.sheet, mapping=request.mapping)
    if request.history is not None:
        deals = with_companion(deals, "History", open_source(request.history, encoding=request.encoding), request.as_of)
    own = settings_of(deals.companions.table("Settings"))
    language = request.language or language_named(own.get("language")) or deals.language
    step("step.check")
    stages, stages_from = _stages(request, language)
    return answer(deals, request.as_of, stages=stages, stages_from=stages_from, given=dict(request.given)), language


def language_named(value: object) -> str | None:
    """The language that a Settings cell names, by code or in its own words; None where it names none."""
    spellings = {
        "en": "en",
        "english": "en",
        "zh-hans": "zh-Hans",
        "简体中文": "zh-Hans",
        "简体": "zh-Hans",
        "zh-cn": "zh-Hans",
        "zh-hant": "zh-Hant",
        "繁體中文": "zh-Hant",
        "繁體": "zh-Hant",
        "zh-tw": "zh-Hant",
    }
    return spellings.get(str(value).strip().casefold())


def _stages(request: Request, language: str) -> tuple[tuple[Stage, ...] | None, str]:
    if request.stages is None:
        return None, ""
    if request.stages in presets():
        return preset(request.stages, language), f"preset:{request.stages}"
    path = Path(request.stages)
    if not path.exists():
        raise SourceError("error.stages.unknown", name=request.stages, allowed=", ".join(presets()))
    return read_stages(open_source(path), request.as_of), f"file:{path.name}"
