"""Answers as they are read on a terminal: short tables and lines in the reader's language."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..sales.answers import Answers, Line
from ..sales.finding import Finding, message
from ..sales.stage import Stage, preset, presets
from ..sales.stages_file import ReadStages
from .about import stage_name
from .describe import Figures, Heading, Sheet, Table, Text
from .numbers import exact_percent, money
from .stages import cell_text, stage_cells, stage_headings

TOP = 10  # findings shown one by one; the rest is grouped (spec F15)
OWNERS = 15  # owners in the printed summary
GROUPS = 20  # lines of findings by owner and rule


@dataclass(frozen=True)
class Block:
    """A heading with a table (header and rows of text; the first `texts` columns lean left), or with lines."""

    heading: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    texts: int = 1


def share(value: float) -> str:
    """A fraction as percent, "-" where it has no base."""
    return "-" if math.isnan(value) else exact_percent(value)


def _days(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.0f}"


def _table(words: dict[str, str], name: str, lines: Sequence[Line], label) -> Block:
    header = tuple(words[f"say.head.{key}"] for key in (name, "deals", "amount", "weighted"))
    return Block(
        "", header, tuple((label(line), f"{line.deals:,}", money(line.amount, words), money(line.weighted, words)) for line in lines)
    )


def summary_blocks(answers: Answers, words: dict[str, str]) -> list[Block]:
    """The funnel's numbers."""
    summary = answers.summary
    blank = words["say.label.blank"]
    title = words["say.title"].format(
        source=answers.deals.source,
        as_of=answers.as_of,
        deals=f"{summary.deals:,}",
        open=f"{summary.open.deals:,}",
        won=f"{summary.won.deals:,}",
        lost=f"{summary.lost.deals:,}",
    )
    blocks = [
        Block(title),
        _table(words, "stage", summary.stages, lambda line: _stage_label(line, words)),
        _table(words, "placement", summary.placements, lambda line: words[f"placement.{line.label}"]),
        _table(words, "owner", summary.owners[:OWNERS], lambda line: line.label or blank),
        _table(words, "month", summary.months, lambda line: words.get(f"say.label.{line.label}", line.label)),
    ]
    blocks.append(
        Block(
            words["say.rates"].format(
                count=share(summary.win_rate_count),
                value=share(summary.win_rate_value),
                all=share(summary.win_rate_all),
                average=money(summary.average_won, words) or "-",
                cycle=_days(summary.cycle_days),
                velocity=money(summary.velocity, words) or "-",
            )
        )
    )
    if not math.isnan(summary.quota):
        blocks.append(
            Block(
                words["say.coverage"].format(
                    quota=money(summary.quota, words),
                    period=summary.quota_period,
                    won=money(summary.quota_won, words),
                    coverage="-" if math.isnan(summary.coverage) else f"{summary.coverage:.1f}",
                    forecast=share(summary.forecast_coverage),
                )
            )
        )
    return [*blocks, *_behind(answers, words)]


def _stage_label(line: Line, words: dict[str, str]) -> str:
    return f"{stage_name(line.label or words['say.label.blank'], line.line, words)} ({words['say.label.' + (line.kind or 'unknown')]})"


def _behind(answers: Answers, words: dict[str, str]) -> list[Block]:
    """What stands behind the numbers: their currency, and how much check has to say of them. Nobody should trust them without it."""
    lines = [words["say.currency"].format(currency=answers.currency)] if answers.currency else []
    errors = sum(finding.severity == "error" for finding in answers.findings)
    notes = len({message(note, words) for note in answers.notes if note.row < 0})
    if answers.findings or notes:
        lines.append(words["say.behind"].format(errors=f"{errors:,}", warnings=f"{len(answers.findings) - errors:,}", notes=f"{notes:,}"))
    return [Block("", rows=tuple((line,) for line in lines))] if lines else []


def check_blocks(answers: Answers, words: dict[str, str]) -> list[Block]:
    """The dearest findings, one a deal first, then all by owner and rule, then how the source was read."""
    blocks = []
    if answers.findings:
        errors = sum(finding.severity == "error" for finding in answers.findings)
        heading = words["say.findings"].format(
            errors=f"{errors:,}", warnings=f"{len(answers.findings) - errors:,}", deals=f"{len(answers.deals.table):,}"
        )
        blocks.append(Block(heading, rows=tuple((f"  {message(finding, words)}",) for finding in dearest(answers.findings, TOP))))
    else:
        blocks.append(Block(words["say.no_findings"].format(deals=f"{len(answers.deals.table):,}")))
    if len(answers.findings) > TOP:
        blocks.append(_groups(answers, words))
    if answers.accepted:
        blocks.append(Block(words["say.accepted"].format(count=len(answers.accepted))))
    if answers.notes:
        blocks.append(
            Block(
                words["say.notes"],
                rows=tuple((f"  {line}",) for line in dict.fromkeys(message(note, words) for note in answers.notes if note.row < 0)),
            )
        )
    return blocks


def dearest(findings: Sequence[Finding], most: int) -> list[Finding]:
    """The findings that cost the most money, one a deal as long as there are deals: ten lines about one deal tell little."""
    first: dict[object, Finding] = {}
    for finding in findings:
        first.setdefault(finding.row if finding.row >= 0 else finding.where, finding)
    chosen = list(first.values())[:most]
    taken = set(map(id, chosen))
    return chosen + [finding for finding in findings if id(finding) not in taken][: most - len(chosen)]


def _groups(answers: Answers, words: dict[str, str]) -> Block:
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in answers.findings:
        groups.setdefault((finding.owner, finding.code), []).append(finding)
    rows = sorted(
        (
            (owner or words["say.label.blank"], code, len(found), sum(each.stake for each in found if not math.isnan(each.stake)))
            for (owner, code), found in groups.items()
        ),
        key=lambda row: (-row[3], -row[2], row[0]),
    )
    header = tuple(words[f"say.head.{key}"] for key in ("owner", "rule", "count", "money"))
    shown = tuple((owner, code, f"{count:,}", money(stake, words) if stake else "") for owner, code, count, stake in rows[:GROUPS])
    return Block(words["say.groups"], header, shown + ((("...", "", "", ""),) if len(rows) > GROUPS else ()), texts=2)


def sheet_blocks(sheet: Sheet, words: dict[str, str]) -> list[Block]:
    """A described sheet: its headings, texts, figures and tables; pictures are for paper."""
    blocks = [Block(sheet.title)]
    heading = ""
    for block in sheet.blocks:
        if isinstance(block, Heading):
            heading = block.text
        elif isinstance(block, Text) and block.text:
            blocks.append(Block(heading, rows=((block.text,),)))
            heading = ""
        elif isinstance(block, Figures):
            rows = tuple((each.label, shown(each.value, each.look, words), each.note) for each in block.figures)
            blocks.append(Block(heading, (), rows))
            heading = ""
        elif isinstance(block, Table):
            blocks.append(_sheet_table(heading, block, words))
            heading = ""
    return blocks


def _sheet_table(heading: str, table: Table, words: dict[str, str]) -> Block:
    columns = [[shown(value, column.look, words) for value in column.values] for column in table.columns]
    rows = list(zip(*columns, strict=True))
    if any(column.total is not None for column in table.columns):
        rows.append(tuple(shown(column.total, column.look, words) if column.total != "sum" else "" for column in table.columns))
    left = next((at for at, column in enumerate(table.columns) if column.look not in ("text", "wrap", "date")), len(table.columns))
    return Block(heading, tuple(column.heading for column in table.columns), tuple(rows), left)


def shown(value: object, look: str, words: dict[str, str]) -> str:
    """A cell as a terminal shows it: money in the reader's unit, shares as percent, "" where it is empty."""
    if value is None or value != value:
        return ""
    if isinstance(value, (dt.date, np.datetime64)):
        return "" if isinstance(value, np.datetime64) and np.isnat(value) else str(value)[:10]
    if not isinstance(value, (int, float, np.number)):
        return " ".join(str(value).split())
    number = float(value)
    if look in ("money", "difference"):
        return money(number, words)
    if look == "share":
        return share(number)
    return f"{number:,.0f}" if look in ("count", "days") or number.is_integer() else f"{number:,.2f}"


def preset_blocks(words: dict[str, str], language: str) -> list[Block]:
    """All presets with their stages."""
    header = tuple(words[f"say.head.{key}"] for key in ("preset", "about", "steps"))
    return [
        Block(
            "",
            header,
            tuple((name, words[f"preset.{name}"], " / ".join(stage.name for stage in preset(name, language))) for name in presets()),
            3,
        )
    ]


def stage_blocks(stages: Sequence[Stage], words: dict[str, str]) -> list[Block]:
    """The stages of one model, with every column in which anything stands."""
    rows = [stage_cells(stage, words) for stage in stages]
    headings = {name: heading for name, heading in stage_headings(words).items() if any(row[name] is not None for row in rows)}
    lines = tuple(tuple(" ".join(cell_text(name, row[name]).split()) for name in headings) for row in rows)
    return [Block("", tuple(headings.values()), lines, len(headings))]


def stages_check_blocks(read: ReadStages, words: dict[str, str]) -> list[Block]:
    """The stages of a file, and what is wrong with them."""
    errors = sum(finding.severity == "error" for finding in read.findings)
    said = {"source": read.source, "stages": len(read.stages), "errors": errors, "warnings": len(read.findings) - errors}
    blocks = [Block(words["say.stages.of"].format(**said)), *stage_blocks(read.stages, words)]
    found = tuple((f"  {message(finding, words)}",) for finding in read.findings)
    blocks.append(Block(words["say.stages.findings" if found else "say.stages.clean"].format(**said), rows=found))
    if read.notes:
        blocks.append(Block(words["say.stages.notes"], rows=tuple((f"  {message(note, words)}",) for note in read.notes)))
    return blocks
