"""The command line: arguments in, one function called, words out. Heavy libraries are imported by the command that needs them."""

import datetime as dt
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import __version__
from .errors import FunnelError, OutOfRange
from .wording import LANGUAGES, check_language, sentence, system_language, words

if TYPE_CHECKING:
    from .sales.answers import Answers
    from .sheets.describe import Sheet

DONE, FINDINGS, REFUSED = 0, 1, 2  # exit codes
AS_OF_YEARS = range(1900, 2201)
# Kinds of usage errors as click calls them (by name: older releases lack some), and the rows of words.csv that say them.
USAGE = {"MissingParameter": "missing", "NoSuchOption": "no_option", "NoSuchCommand": "no_command", "BadOptionUsage": "no_value"}
# Commands that lie in modules of their own, which are read when one of them is asked for.
EXCEL_COMMANDS = ("addin", "doctor", "new", "setup", "upgrade")
METHOD_COMMANDS = ("knowledge", "report", "weekly", "whatif")
STAGE_COMMANDS = ("stages",)


def _wanted_language(arguments: list[str]) -> str:
    """The language to speak before a source was read: --language where it is given, else the system's."""
    for at, argument in enumerate(arguments):
        value = (
            argument.partition("=")[2]
            if argument.startswith("--language=")
            else arguments[at + 1]
            if argument == "--language" and at + 1 < len(arguments)
            else ""
        )
        if value in LANGUAGES:
            return value
    return system_language()


SPOKEN = _wanted_language(sys.argv[1:])
TEXT = words(SPOKEN)
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 120}


def option(*names: str, said: str = "", **settings: object) -> Callable:
    """An option with its help from words.csv: the row of its name, or the one that is `said`."""
    key = said or names[-1].lstrip("-").replace("-", "_")
    return click.option(*names, help=TEXT[f"cli.option.{key}"], **settings)


def reading_options(command: Callable) -> Callable:
    """The options that every command takes which reads deals."""
    for each in reversed(
        (
            option("--as-of", metavar="DATE"),
            option("--stages", metavar="PRESET|FILE"),
            option("mapping", "--map", metavar='"HEADING=FIELD"', multiple=True),
            option("--language", metavar="|".join(LANGUAGES)),
            option("--table", metavar="NAME"),
            option("--sheet", metavar="NAME"),
            option("--quota", metavar="MONEY"),
            option("--quota-period", metavar="PERIOD"),
            option("--holidays", metavar="COUNTRY"),
            option("--encoding", metavar="NAME"),
            option("--history", metavar="FILE", type=click.Path(path_type=Path)),
        )
    ):
        command = each(command)
    return command


class _Commands(click.Group):
    """All commands; those about Excel itself, and those of the method beyond the review pack, lie in modules of their own."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *EXCEL_COMMANDS, *METHOD_COMMANDS, *STAGE_COMMANDS])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in METHOD_COMMANDS:
            from . import reporting

            return getattr(reporting, name)
        if name in STAGE_COMMANDS:
            from . import stages_command

            return getattr(stages_command, name)
        if name not in EXCEL_COMMANDS:
            return super().get_command(context, name)
        from .excel import commands

        return getattr(commands, name)


@click.group(cls=_Commands, context_settings=HELP, help=TEXT["cli.help"])
@click.version_option(__version__, prog_name="funnel-xl")
def cli() -> None:
    pass


@cli.command(help=TEXT["cli.check.help"])
@click.argument("source", type=click.Path(path_type=Path))
@reading_options
@option("--json", is_flag=True)
def check(source: Path, json: bool, **asked: object) -> int:
    with progress(source, 2) as step:
        answers, language = answers_for(source, asked, step)
    text = words(language)
    if json:
        from .sheets.records import check_record

        print_json(check_record(answers, text))
    else:
        from .sheets.terminal import check_blocks

        print_blocks(check_blocks(answers, text))
    return FINDINGS if any(finding.severity == "error" for finding in answers.findings) else DONE


@cli.command(help=TEXT["cli.summary.help"])
@click.argument("source", type=click.Path(path_type=Path))
@reading_options
@option("--json", is_flag=True)
def summary(source: Path, json: bool, **asked: object) -> int:
    with progress(source, 2) as step:
        answers, language = answers_for(source, asked, step)
    if json:
        from .sheets.records import summary_record

        print_json(summary_record(answers))
    else:
        from .sheets.terminal import summary_blocks

        print_blocks(summary_blocks(answers, words(language)))
    return DONE


def placing_options(command: Callable) -> Callable:
    """The options of a command that writes sheets: to a new workbook, or into one of the team; checked before anything is read.

    The command is given `host` (the team's workbook, or None), `out`, `renamed`, `replace`, `dry_run` and `no_backup`.
    """

    @wraps(command)
    def checked(source: Path, **asked: object) -> int:
        asked["host"] = _host(source, asked["out"], asked.pop("into"), asked.pop("in_place"))
        if asked["host"] is None:
            _check_alone({f"--{name.replace('_', '-')}": asked[name] for name in ("dry_run", "replace", "name", "no_backup")})
        asked["renamed"] = _pairs(asked.pop("name"), "error.cli.name")
        if asked["out"] is not None:
            _check_out(source, asked["out"])
        return command(source=source, **asked)

    offered = checked
    for each in reversed(
        (
            option("--into", metavar="BOOK", type=click.Path(path_type=Path)),
            option("--in-place", is_flag=True),
            option("--dry-run", is_flag=True),
            option("--replace", multiple=True, metavar="SHEET"),
            option("--name", multiple=True, metavar='"SHEET=NEW"'),
            option("--no-backup", is_flag=True),
            option("--paper", type=click.Choice(("A4", "Letter")), default="A4", show_default=True),
        )
    ):
        offered = each(offered)
    return offered


@cli.command(help=TEXT["cli.review.help"])
@click.argument("source", type=click.Path(path_type=Path))
@option("--out", metavar="PACK.xlsx", type=click.Path(path_type=Path))
@placing_options
@reading_options
@option("--form", type=click.Choice(("rep", "manager", "both")), default="rep", show_default=True)
@option("--deal", multiple=True, metavar="ID")
@option("--placement", type=click.Choice(("above", "in", "best_few")))
@option("--owner", metavar="NAME")
def review(source: Path, form: str, deal: tuple[str, ...], placement: str | None, owner: str | None, **asked: object) -> int:
    with progress(source, 4) as step:
        answers, language = answers_for(source, asked, step)
        step("step.describe")
        from .sheets.choose import chosen_deals
        from .sheets.pack import pack

        sheets = pack(answers, language, form=form, chosen=chosen_deals(answers, deal=deal, placement=placement, owner=owner))
        lines = write_or_put(sheets, source, f"{source.stem} review.xlsx", asked, language, step)
    echo_lines(lines, sheets, answers)
    return DONE


def write_or_put(
    sheets: Sequence["Sheet"], source: Path, usual: str, asked: Mapping[str, object], language: str, step: Callable[..., object]
) -> list[str]:
    """Draw sheets as a new workbook (`usual` is its name) or put them into one of the team; what to say, with the counts left open.

    `asked` holds what the options of placing_options, --out and --paper were given.
    """
    host, out = asked["host"], asked["out"] or source.with_name(usual)
    step("step.draw", (host or out).name)
    if host is None:
        _check_out(source, out)
        return _write_new(sheets, out, asked["paper"], language)
    more = {"dry_run": asked["dry_run"], "backup": not asked["no_backup"]}
    return _put(sheets, host, asked["renamed"], asked["replace"], asked["paper"], language, **more)


def echo_lines(lines: Sequence[str], sheets: Sequence["Sheet"], answers: "Answers") -> None:
    """Say what became of sheets, with the counts."""
    counts = {"sheets": len(sheets), "deals": f"{len(answers.deals.table):,}", "findings": f"{len(answers.findings):,}"}
    for line in lines:
        click.echo(line.format(**counts))


def _write_new(sheets: Sequence["Sheet"], out: Path, paper: str, language: str) -> list[str]:
    """Draw a new workbook; what to say about it, with the counts left open."""
    from .book.save import write_atomically
    from .draw.book import draw

    write_atomically(out, lambda stream: draw(sheets, stream, paper=paper))
    return [_partly(words(language)["say.written"], path=out)]


def _put(
    sheets: Sequence["Sheet"],
    host: Path,
    renamed: Mapping[str, str],
    replace: tuple[str, ...],
    paper: str,
    language: str,
    *,
    dry_run: bool,
    backup: bool,
) -> list[str]:
    """Put sheets into a team's book, or say what would be done; what to say, with the counts left open."""
    from .book.plan import carry_out, dryrun_lines
    from .book.put import placed_names, planned
    from .book.save import backup_path

    text = words(language)
    names = placed_names(sheets, text, renamed)
    with planned(sheets, host, names=names, replace=replace, paper=paper) as plan:
        if dry_run:
            return [_partly("{line}", line=line) for line in dryrun_lines(plan, language)]
        carry_out(plan, backup=backup)
    lines = [_partly(text["say.placed"], path=host, names=", ".join(plan.sheets.values()))]
    for drawn, wanted in names.items():
        if drawn in plan.sheets and wanted in renamed.values() and plan.sheets[drawn].casefold() != wanted.casefold():
            lines.append(_partly(text["say.name_kept"], sheet=plan.sheets[drawn], wanted=wanted))
    return [*lines, _partly(text["say.backup"], backup=backup_path(host))] if backup else lines


def _partly(text: str, **values: object) -> str:
    """A text with these values in it; braces in them and what is left open survive a later format."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value).replace("{", "{{").replace("}", "}}"))
    return text


@cli.command(help=TEXT["cli.remove.help"])
@click.argument("book", type=click.Path(path_type=Path))
@option("--dry-run", is_flag=True)
@option("--replace", multiple=True, metavar="SHEET")
@option("--no-backup", is_flag=True)
@option("--language", metavar="|".join(LANGUAGES))
def remove(book: Path, dry_run: bool, replace: tuple[str, ...], no_backup: bool, language: str | None) -> int:
    from .book.plan import carry_out, dryrun_lines
    from .book.remove import plan_removal

    spoken = check_language(language) if language else SPOKEN
    plan = plan_removal(book, replace=replace)
    if dry_run or not plan.changes:
        for line in dryrun_lines(plan, spoken):
            click.echo(line)
        return DONE
    carry_out(plan, backup=not no_backup)
    leaving = sum(step.why == "plan.sheet.gone" for step in plan.steps)
    click.echo(words(spoken)["say.removed"].format(path=book, sheets=leaving))
    return DONE


@cli.command(help=TEXT["cli.freeze.help"])
@click.argument("book", type=click.Path(path_type=Path))
@option("--out", said="copy", metavar="COPY.xlsx", type=click.Path(path_type=Path))
@option("--language", metavar="|".join(LANGUAGES))
def freeze(book: Path, out: Path | None, language: str | None) -> int:
    from .book.freeze import freeze as write_frozen
    from .book.freeze import frozen_name

    text = words(check_language(language) if language else SPOKEN)
    out = out or book.with_name(frozen_name(book.name))
    _check_out(book, out)
    copy = write_frozen(book, out)
    click.echo(text["cli.freeze.done"].format(path=out, cells=f"{copy.cells:,}"))
    if copy.errors:
        click.echo(text["cli.freeze.errors"].format(errors=f"{copy.errors:,}", book=book.name))
    if copy.left_out:
        click.echo(text["cli.freeze.left_out"].format(sheets=", ".join(copy.left_out)))
    return DONE


@cli.command(help=TEXT["cli.demo.help"])
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"), required=False)
@option("--language", metavar="|".join(LANGUAGES))
@option("--as-of", metavar="DATE")
@click.pass_context
def demo(context: click.Context, folder: Path, language: str | None, as_of: str | None) -> int:
    from .build.demo import demo_book

    spoken = check_language(language) if language else SPOKEN
    day = _day(as_of)
    book = demo_book(folder, as_of=day, language=spoken)
    click.echo(words(spoken)["say.demo"].format(book=book))
    return context.invoke(review, source=book, as_of=day.isoformat(), language=spoken)


def _day(text: object) -> dt.date:
    """The as-of date: the clock is read here and nowhere below."""
    if not text:
        return dt.date.today()
    from .sales.dates import read_text

    reading = read_text(str(text), dt.date.today())
    if reading is None or reading.date is None:
        raise OutOfRange("error.cli.date", value=text)
    if reading.date.year not in AS_OF_YEARS:
        raise OutOfRange("error.cli.date_far", value=text, first=AS_OF_YEARS.start, last=AS_OF_YEARS.stop - 1)
    return reading.date.date()


def mapping_of(pairs: tuple[str, ...]) -> dict[str, str]:
    """--map "Their header=amount": the field by its identifier or by any heading that means it."""
    from .sales.aliases import meaning
    from .sales.fields import FIELDS

    return {heading: name if name in FIELDS else meaning("field", name) or name for heading, name in _pairs(pairs, "error.cli.map").items()}


def _pairs(texts: tuple[str, ...], problem: str) -> dict[str, str]:
    """What stands before and after the last "=" of each text."""
    found = {}
    for text in texts:
        before, equals, after = text.rpartition("=")
        if not equals or not before.strip() or not after.strip():
            raise OutOfRange(problem, value=text)
        found[before.strip()] = after.strip()
    return found


def _host(source: Path, out: Path | None, into: Path | None, in_place: bool) -> Path | None:
    """The workbook that takes the sheets up; None where a new one is written."""
    if sum((out is not None, into is not None, in_place)) > 1:
        raise OutOfRange("error.cli.one_target")
    if in_place and source.suffix.lower() in (".csv", ".tsv", ".txt"):
        raise OutOfRange("error.cli.csv_in_place", source=source.name)
    return source if in_place else into


def _check_alone(options: Mapping[str, object]) -> None:
    for option, given in options.items():
        if given:
            raise OutOfRange("error.cli.only_placing", option=option)


def answers_for(source: Path, asked: Mapping[str, object], step: Callable[..., object]):
    from .book.team import Request, answers_of

    given = {name: asked[name] for name in ("quota", "quota_period", "holidays") if asked.get(name)}
    language = asked.get("language")
    request = Request(
        source,
        _day(asked.get("as_of")),
        asked.get("table"),
        asked.get("sheet"),
        mapping_of(asked.get("mapping") or ()),
        asked.get("stages"),
        check_language(str(language)) if language else None,
        given,
        asked.get("encoding"),
        asked.get("history"),
    )
    return answers_of(request, step)


def _check_out(source: Path, out: Path) -> None:
    if out.suffix.lower() != ".xlsx":
        raise OutOfRange("error.cli.out_suffix", out=out)
    if out.exists() and source.exists() and os.path.samefile(source, out):
        raise OutOfRange("error.cli.out_exists_source", out=out)


@contextmanager
def progress(source: Path, steps: int) -> Iterator[Callable[..., object]]:
    """On a terminal, a bar for what takes longer than a second; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda key, name="": None
        return
    from threading import Timer

    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=steps)
    begun = -1

    def step(key: str, name: str = "") -> None:
        nonlocal begun
        begun += 1
        bar.update(task, completed=begun, description=TEXT[key].format(name=name or source.name))

    timer = Timer(1.0, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield step
    finally:
        timer.cancel()
        bar.stop()


def print_blocks(blocks: list) -> None:
    """Blocks of sheets/terminal.py as aligned text; Chinese characters take two columns."""
    from rich.cells import cell_len

    for number, block in enumerate(blocks):
        if number:
            click.echo()
        if block.heading:
            click.echo(block.heading)
        rows = [block.header, *block.rows] if block.header else list(block.rows)
        widths = [max(cell_len(row[at]) for row in rows) for at in range(len(rows[0]))] if rows else []
        for row in rows:
            cells = [
                cell + " " * (width - cell_len(cell)) if at < block.texts else " " * (width - cell_len(cell)) + cell
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            click.echo("  ".join(cells).rstrip())


def print_json(record: dict[str, object]) -> None:
    import json

    click.echo(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))


def main() -> None:
    """Run the command line; whatever can't be done ends in one line and exit code 2."""
    for stream in (sys.stdout, sys.stderr):  # a Windows console or a pipe may not be UTF-8; a deal's name must not end the run
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = cli.main(standalone_mode=False)
    except FunnelError as reason:
        code = _refuse(sentence(reason, SPOKEN))
    except click.UsageError as reason:
        command = reason.ctx.command_path if reason.ctx else "funnel-xl"
        code = _refuse(TEXT["error.cli.usage"].format(problem=_problem(reason), command=command))
    except (click.Abort, KeyboardInterrupt):
        code = _refuse(TEXT["error.cli.interrupted"])
    except click.ClickException as reason:
        code = _refuse(reason.format_message())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    sys.exit(code if isinstance(code, int) else DONE)


def _problem(reason: click.UsageError) -> str:
    """What is wrong with the command's words, in the reader's language where click's own English can be put into it."""
    param = getattr(reason, "param", None)
    key = USAGE.get(type(reason).__name__)
    if key:
        name = getattr(reason, "option_name", None) or getattr(reason, "command_name", None) or (param and param.human_readable_name)
        return TEXT[f"error.cli.{key}"].format(name=name)
    if param and isinstance(param.type, click.Choice):
        return TEXT["error.cli.choice"].format(name=param.opts[-1], allowed=", ".join(map(str, param.type.choices)))
    return reason.format_message()


def _refuse(problem: str) -> int:
    click.echo(f"error: {' '.join(problem.split())}", err=True)
    return REFUSED


if __name__ == "__main__":
    main()
