"""The commands of the method beyond the review pack. Read only when one of them is asked for, or all are listed."""

from pathlib import Path

import click

from .cli import (
    DONE,
    TEXT,
    answers_for,
    echo_lines,
    option,
    placing_options,
    print_blocks,
    print_json,
    progress,
    reading_options,
    write_or_put,
)
from .errors import OutOfRange
from .wording import words


@click.command(help=TEXT["cli.report.help"])
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("names", nargs=-1)
@option("--out", metavar="REPORT.xlsx", type=click.Path(path_type=Path))
@placing_options
@reading_options
@option("--print", is_flag=True)
@option("--json", is_flag=True)
def report(source: Path, names: tuple[str, ...], print: bool, json: bool, **asked: object) -> int:
    from .sheets.reports import reports

    with progress(source, 4) as step:
        answers, language = answers_for(source, asked, step)
        step("step.describe")
        sheets = reports(answers, language, names)
        if json:
            from .sheets.records import sheet_record

            print_json({sheet.key: sheet_record(sheet) for sheet in sheets})
            return DONE
        if print:
            from .sheets.terminal import sheet_blocks

            print_blocks([block for sheet in sheets for block in sheet_blocks(sheet, words(language))])
            return DONE
        lines = write_or_put(sheets, source, f"{source.stem} report.xlsx", asked, language, step)
    echo_lines(lines, sheets, answers)
    return DONE


@click.command(help=TEXT["cli.knowledge.help"])
@click.argument("source", type=click.Path(path_type=Path))
@option("--product", said="case_product", metavar="TEXT", default="")
@option("--competitor", said="case_competitor", metavar="TEXT", default="")
@option("--outcome", said="case_outcome", type=click.Choice(("won", "lost")))
@option("--text", said="case_text", metavar="WORDS", default="")
@reading_options
@option("--json", is_flag=True)
def knowledge(source: Path, product: str, competitor: str, outcome: str | None, text: str, json: bool, **asked: object) -> int:
    from .sales.knowledge import Query, cases, search
    from .sheets.case_search import case_blocks, case_record

    with progress(source, 2) as step:
        answers, language = answers_for(source, asked, step)
    every, query = cases(answers), Query(product, competitor, outcome or "", text)
    found = search(every, query)
    if json:
        print_json(case_record(every, found, query))
    else:
        print_blocks(case_blocks(every, found, query, words(language)))
    return DONE


@click.command(help=TEXT["cli.whatif.help"])
@click.argument("source", type=click.Path(path_type=Path))
@option("--goal", metavar="MONEY")
@option("changes", "--set", metavar='"LEVER=NUMBER"', multiple=True)
@reading_options
@option("--json", is_flag=True)
def whatif(source: Path, goal: str | None, changes: tuple[str, ...], json: bool, **asked: object) -> int:
    from .sales.whatif import read_goal, read_lever, what_if

    wanted, changed = read_goal(goal) if goal else float("nan"), dict(read_lever(text) for text in changes)
    with progress(source, 2) as step:
        answers, language = answers_for(source, asked, step)
    before = what_if(answers, wanted)
    plans = what_if(answers, wanted, changed) if changed else before
    if not plans:
        raise OutOfRange("error.whatif.goal")
    if json:
        from .sheets.records import whatif_record

        print_json(whatif_record(answers, plans, before, changed))
    else:
        from .sheets.levers import whatif_sheet
        from .sheets.terminal import sheet_blocks

        print_blocks(sheet_blocks(whatif_sheet(answers, language, plans, before), words(language)))
    return DONE


@click.command(help=TEXT["cli.weekly.help"])
@click.argument("source", type=click.Path(path_type=Path))
@option("--out", said="weekly_out", metavar="WEEKLY.xlsx", type=click.Path(path_type=Path))
@option("--owner", said="page_of", metavar="NAME", multiple=True)
@placing_options
@reading_options
def weekly(source: Path, owner: tuple[str, ...], **asked: object) -> int:
    with progress(source, 4) as step:
        answers, language = answers_for(source, asked, step)
        step("step.describe")
        from .sheets.weekly_pack import weekly_sheets

        sheets = weekly_sheets(answers, language, owner)
        lines = write_or_put(sheets, source, f"{source.stem} weekly.xlsx", asked, language, step)
    echo_lines(lines, sheets, answers)
    return DONE
