"""The command line: arguments in, one function called, words out. Heavy libraries are imported by the command that needs them."""

import datetime as dt
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from . import __version__
from .errors import FunnelError, OutOfRange
from .wording import LANGUAGES, check_language, sentence, system_language, words

DONE, FINDINGS, REFUSED = 0, 1, 2  # exit codes


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


def _option(*names: str, **settings: object) -> Callable:
    key = names[-1].lstrip("-").replace("-", "_")
    return click.option(*names, help=TEXT[f"cli.option.{key}"], **settings)


def _reading(command: Callable) -> Callable:
    """The options that every command takes which reads deals."""
    for option in reversed(
        (
            _option("--as-of", metavar="DATE"),
            _option("--stages", metavar="PRESET|FILE"),
            _option("mapping", "--map", metavar='"HEADING=FIELD"', multiple=True),
            _option("--language", metavar="|".join(LANGUAGES)),
            _option("--table", metavar="NAME"),
            _option("--sheet", metavar="NAME"),
            _option("--quota", metavar="MONEY"),
            _option("--quota-period", metavar="PERIOD"),
            _option("--holidays", metavar="COUNTRY"),
            _option("--encoding", metavar="NAME"),
        )
    ):
        command = option(command)
    return command


@click.group(context_settings=HELP, help=TEXT["cli.help"])
@click.version_option(__version__, prog_name="funnel-xl")
def cli() -> None:
    pass


@cli.command(help=TEXT["cli.check.help"])
@click.argument("source", type=click.Path(path_type=Path))
@_reading
@_option("--json", is_flag=True)
def check(source: Path, json: bool, **asked: object) -> int:
    with _progress(source, 2) as step:
        answers, language = _answers(source, asked, step)
    text = words(language)
    if json:
        from .sheets.records import check_record

        _print_json(check_record(answers, text))
    else:
        from .sheets.terminal import check_blocks

        _print(check_blocks(answers, text))
    return FINDINGS if any(finding.severity == "error" for finding in answers.findings) else DONE


@cli.command(help=TEXT["cli.summary.help"])
@click.argument("source", type=click.Path(path_type=Path))
@_reading
@_option("--json", is_flag=True)
def summary(source: Path, json: bool, **asked: object) -> int:
    with _progress(source, 2) as step:
        answers, language = _answers(source, asked, step)
    if json:
        from .sheets.records import summary_record

        _print_json(summary_record(answers))
    else:
        from .sheets.terminal import summary_blocks

        _print(summary_blocks(answers, words(language)))
    return DONE


@cli.command(help=TEXT["cli.review.help"])
@click.argument("source", type=click.Path(path_type=Path))
@_option("--out", metavar="PACK.xlsx", type=click.Path(path_type=Path))
@_reading
@_option("--form", type=click.Choice(("rep", "manager")), default="rep", show_default=True)
@_option("--deal", multiple=True, metavar="ID")
@_option("--placement", type=click.Choice(("above", "in", "best_few")))
@_option("--owner", metavar="NAME")
@_option("--paper", type=click.Choice(("A4", "Letter")), default="A4", show_default=True)
def review(
    source: Path, out: Path | None, form: str, deal: tuple[str, ...], placement: str | None, owner: str | None, paper: str, **asked: object
) -> int:
    out = out or source.with_name(f"{source.stem} review.xlsx")
    _check_out(source, out)
    with _progress(source, 4) as step:
        answers, language = _answers(source, asked, step)
        step("step.describe")
        from .sheets.choose import chosen_deals
        from .sheets.pack import pack

        sheets = pack(answers, language, form=form, chosen=chosen_deals(answers, deal=deal, placement=placement, owner=owner))
        step("step.draw", out.name)
        from .book.save import write_atomically
        from .draw.book import draw

        write_atomically(out, lambda stream: draw(sheets, stream, paper=paper))
    click.echo(
        words(language)["say.written"].format(
            path=out, sheets=len(sheets), deals=f"{len(answers.deals.table):,}", findings=f"{len(answers.findings):,}"
        )
    )
    return DONE


@cli.command(help=TEXT["cli.demo.help"])
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"), required=False)
@_option("--language", metavar="|".join(LANGUAGES))
@_option("--as-of", metavar="DATE")
@click.pass_context
def demo(context: click.Context, folder: Path, language: str | None, as_of: str | None) -> int:
    from .build.demo import demo_book

    spoken = check_language(language) if language else SPOKEN
    day = _day(as_of)
    book = demo_book(folder, as_of=day, language=spoken)
    click.echo(words(spoken)["say.demo"].format(book=book))
    return context.invoke(
        review,
        source=book,
        out=book.with_name(f"{book.stem} review.xlsx"),
        form="rep",
        deal=(),
        placement=None,
        owner=None,
        paper="A4",
        as_of=day.isoformat(),
        language=spoken,
    )


@cli.command(help=TEXT["cli.stages.help"])
@click.argument("preset", required=False)
@_option("--language", metavar="|".join(LANGUAGES))
def stages(preset: str | None, language: str | None) -> int:
    from .sales.stage import preset as stages_of
    from .sheets.terminal import preset_blocks, stage_blocks

    spoken = check_language(language) if language else SPOKEN
    _print(stage_blocks(stages_of(preset, spoken), words(spoken)) if preset else preset_blocks(words(spoken), spoken))
    return DONE


def _day(text: object) -> dt.date:
    """The as-of date: the clock is read here and nowhere below."""
    if not text:
        return dt.date.today()
    from .sales.dates import read_text

    reading = read_text(str(text), dt.date.today())
    if reading is None or reading.date is None:
        raise OutOfRange("error.cli.date", value=text)
    return reading.date.date()


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    """--map "Their header=amount": the field by its identifier or by any heading that means it."""
    from .sales.aliases import meaning
    from .sales.fields import FIELDS

    found = {}
    for pair in pairs:
        heading, equals, name = pair.rpartition("=")
        if not equals or not heading.strip() or not name.strip():
            raise OutOfRange("error.cli.map", value=pair)
        field = name.strip()
        found[heading.strip()] = field if field in FIELDS else meaning("field", field) or field
    return found


def _answers(source: Path, asked: Mapping[str, object], step: Callable[..., object]):
    from .book.team import Request, answers_of

    given = {name: asked[name] for name in ("quota", "quota_period", "holidays") if asked.get(name)}
    language = asked.get("language")
    request = Request(
        source,
        _day(asked.get("as_of")),
        asked.get("table"),
        asked.get("sheet"),
        _mapping(asked.get("mapping") or ()),
        asked.get("stages"),
        check_language(str(language)) if language else None,
        given,
        asked.get("encoding"),
    )
    return answers_of(request, step)


def _check_out(source: Path, out: Path) -> None:
    if out.suffix.lower() != ".xlsx":
        raise OutOfRange("error.cli.out_suffix", out=out)
    if out.exists() and source.exists() and os.path.samefile(source, out):
        raise OutOfRange("error.cli.out_exists_source", out=out)


@contextmanager
def _progress(source: Path, steps: int) -> Iterator[Callable[..., object]]:
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


def _print(blocks: list) -> None:
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


def _print_json(record: dict[str, object]) -> None:
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
        code = _refuse(TEXT["error.cli.usage"].format(problem=reason.format_message(), command=command))
    except (click.Abort, KeyboardInterrupt):
        code = _refuse(TEXT["error.cli.interrupted"])
    except click.ClickException as reason:
        code = _refuse(reason.format_message())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    sys.exit(code if isinstance(code, int) else DONE)


def _refuse(problem: str) -> int:
    click.echo(f"error: {' '.join(problem.split())}", err=True)
    return REFUSED


if __name__ == "__main__":
    main()
