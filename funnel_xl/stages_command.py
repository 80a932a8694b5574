"""The command stages: lists models, prints and checks a team's own, and writes one into a workbook or a file. Read only when asked for."""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import replace as with_changes
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import cli as door
from .cli import DONE, FINDINGS, TEXT, mapping_of, option, print_blocks, print_json
from .errors import OutOfRange, SourceError
from .wording import LANGUAGES, check_language, words

if TYPE_CHECKING:
    from .sales.stage import Stage

WRITING = ("line", "into", "out", "tsv", "replace", "dry_run", "no_backup")
OF_INTO = ("dry_run", "no_backup")
READING = ("table", "sheet", "mapping", "encoding")


@click.command(help=TEXT["cli.stages.help"])
@click.argument("what", metavar="[PRESET|BOOK]", required=False)
@option("--into", said="stages_into", metavar="BOOK", type=click.Path(path_type=Path))
@option("--line", said="stages_line", metavar="PRODUCT_LINE")
@option("--replace", said="stages_replace", is_flag=True)
@option("--dry-run", is_flag=True)
@option("--no-backup", is_flag=True)
@option("--out", said="stages_out", metavar="FILE", type=click.Path(path_type=Path))
@option("--tsv", said="stages_tsv", is_flag=True)
@option("--json", is_flag=True)
@option("--language", said="stages_language", metavar="|".join(LANGUAGES))
@option("--table", metavar="NAME")
@option("--sheet", metavar="NAME")
@option("mapping", "--map", metavar='"HEADING=FIELD"', multiple=True)
@option("--encoding", metavar="NAME")
def stages(what: str | None, json: bool, language: str | None, **asked: object) -> int:
    from .sales.stage import presets

    spoken = check_language(language) if language else door.SPOKEN
    if what is None:
        _refuse_options(asked, (*WRITING, *READING), "error.stages.no_preset")
        return _list(spoken, json)
    if what not in presets():
        path = Path(what)
        if path.suffix and not path.exists():  # a file was meant, not a preset
            raise SourceError("error.file.missing", file=what, folder=str(path.absolute().parent))
        _refuse_options(asked, WRITING, "error.stages.no_preset")
        return _check(Path(what), language, json, asked)
    _refuse_options(asked, READING, "error.stages.no_book")
    return _preset(what, language, spoken, json, asked)


def _refuse_options(asked: Mapping[str, object], names: tuple[str, ...], problem: str) -> None:
    for name in names:
        if asked[name]:
            raise OutOfRange(problem, option="--" + {"mapping": "map"}.get(name, name.replace("_", "-")))


def _list(language: str, json: bool) -> int:
    from .sales.stage import preset, presets
    from .sheets.terminal import preset_blocks

    if json:
        from .sheets.records import stages_record

        about = words(language)
        print_json({name: {"about": about[f"preset.{name}"], "stages": stages_record(preset(name, language))} for name in presets()})
    else:
        print_blocks(preset_blocks(words(language), language))
    return DONE


def _check(path: Path, language: str | None, json: bool, asked: Mapping[str, object]) -> int:
    """Print a file's stages and what is wrong with them."""
    from .book.source import open_source
    from .book.stages import language_of_book
    from .sales.stage import presets
    from .sales.stages_file import check_stages

    if not path.exists():
        raise SourceError("error.stages.unknown", name=path, allowed=", ".join(presets()))
    text = words(language or language_of_book(path, door.SPOKEN))
    source = open_source(path, encoding=asked["encoding"])
    read = check_stages(source, dt.date.today(), table=asked["table"], sheet=asked["sheet"], mapping=mapping_of(asked["mapping"]))
    if json:
        from .sheets.records import stages_check_record

        print_json(stages_check_record(read, text))
    else:
        from .sheets.terminal import stages_check_blocks

        print_blocks(stages_check_blocks(read, text))
    return FINDINGS if any(finding.severity == "error" for finding in read.findings) else DONE


def _preset(name: str, language: str | None, spoken: str, json: bool, asked: Mapping[str, object]) -> int:
    """Print a preset, or write it."""
    from .sales.stage import preset

    chosen = [each for each in ("into", "out", "tsv") if asked[each]]
    if len(chosen) > 1 or (json and chosen):
        raise OutOfRange("error.stages.one_target")
    if asked["into"] is None:
        _refuse_options(asked, OF_INTO, "error.stages.only_into")
        if asked["out"] is None:
            _refuse_options(asked, ("replace",), "error.stages.only_into")
    elif not language:
        from .book.stages import language_of_book

        spoken = language_of_book(asked["into"], spoken)
    model = tuple(with_changes(stage, line=(asked["line"] or "").strip()) for stage in preset(name, spoken))
    if asked["into"] is not None:
        return _put(name, model, spoken, asked)
    if asked["out"] is not None:
        return _write(name, model, asked["out"], spoken, bool(asked["replace"]))
    if asked["tsv"]:
        from .sheets.stages import stage_lines

        for line in stage_lines(model, words(spoken)):
            click.echo("\t".join(" ".join(cell.split()) for cell in line))
        return DONE
    if json:
        from .sheets.records import stages_record

        print_json({"preset": name, "stages": stages_record(model)})
    else:
        from .sheets.terminal import stage_blocks

        print_blocks(stage_blocks(model, words(spoken)))
    return DONE


def _put(name: str, model: tuple["Stage", ...], language: str, asked: Mapping[str, object]) -> int:
    """Write a preset into a team's workbook, or say what would be done."""
    from .book.plan import carry_out, dryrun_lines
    from .book.save import backup_path
    from .book.stages import planned_stages

    book, line, text = asked["into"], str(asked["line"] or "").strip(), words(language)
    with planned_stages(book, model, language=language, line=line, replace=bool(asked["replace"])) as placed:
        if asked["dry_run"]:
            for each in dryrun_lines(placed.plan, language):
                click.echo(each)
            return DONE
        carry_out(placed.plan, backup=not asked["no_backup"])
    said = {"path": book, "preset": name, "count": len(model), "sheet": placed.sheet, "table": placed.table, "kept": placed.kept}
    click.echo(text[f"say.stages.{placed.how}"].format(**said))
    if placed.left_out:
        click.echo(text["say.stages.left_out"].format(headings=", ".join(placed.left_out)))
    if not asked["no_backup"]:
        click.echo(text["say.backup"].format(backup=backup_path(book)))
    click.echo(text["say.stages.check"].format(path=book))
    return DONE


def _write(name: str, model: tuple["Stage", ...], out: Path, language: str, replace: bool) -> int:
    """Write a preset as a file of its own."""
    from .book.save import write_atomically
    from .sheets.stages import stage_lines, stages_sheet

    text = words(language)
    kind = out.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise OutOfRange("error.stages.out_suffix", out=out)
    if out.exists() and not replace:
        raise OutOfRange("error.stages.out_exists", out=out)
    if kind == ".csv":
        lines = io.StringIO(newline="")
        csv.writer(lines).writerows(stage_lines(model, text))
        write_atomically(out, lambda stream: stream.write(lines.getvalue().encode("utf-8-sig")), check=lambda _: None)
    else:
        from .draw.book import draw

        write_atomically(out, lambda stream: draw([stages_sheet(model, language)], stream, marked=False))
    click.echo(text["say.stages.written"].format(path=out, preset=name, count=len(model)))
    return DONE
