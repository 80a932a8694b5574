"""The commands that make Excel ready: setup, new, upgrade, addin, doctor. Read only when one of them is asked for, or all are listed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import __version__
from ..cli import DONE, FINDINGS, SPOKEN, TEXT
from ..wording import LANGUAGES, check_language, words

if TYPE_CHECKING:
    from .setup.trouble import Trouble

_language = click.option("--language", metavar="|".join(LANGUAGES), help=TEXT["cli.setup.option.language"])


def _chosen(language: str | None) -> str:
    return check_language(language) if language else SPOKEN


@click.command(help=TEXT["cli.setup.help"])
@_language
def setup(language: str | None) -> int:
    from .setup.addin import install
    from .setup.doctor import examine
    from .setup.interpreter import allow_scripts, name_interpreter
    from .setup.machine import MAC, this_machine

    text, machine = words(_chosen(language)), this_machine()
    place = name_interpreter(machine)
    click.echo(text["setup.interpreter"].format(python=machine.python, place=place))
    if machine.system == MAC:
        allow_scripts()
        click.echo(text["setup.scripts"])
    click.echo(text["setup.addin"].format(path=install(machine)))
    troubles = examine(machine)
    for trouble in troubles:
        click.echo(_line(trouble, _chosen(language)))
    click.echo(text["setup.restart"])
    return FINDINGS if any(trouble.severity == "error" for trouble in troubles) else DONE


@click.command(help=TEXT["cli.new.help"])
@click.argument("book", type=click.Path(path_type=Path))
@_language
@click.option("--stages", metavar="PRESET", default="saas", show_default=True, help=TEXT["cli.new.option.stages"])
@click.option("--empty", is_flag=True, help=TEXT["cli.new.option.empty"])
def new(book: Path, language: str | None, stages: str, empty: bool) -> int:
    from .setup.new import new_workbook

    spoken = _chosen(language)
    new_workbook(book, spoken, stages, demo=not empty)
    click.echo(words(spoken)["setup.new"].format(path=book))
    return DONE


@click.command(help=TEXT["cli.upgrade.help"])
@click.argument("book", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=TEXT["cli.option.dry_run"])
@click.option("--no-backup", is_flag=True, help=TEXT["cli.option.no_backup"])
@_language
def upgrade(book: Path, dry_run: bool, no_backup: bool, language: str | None) -> int:
    from ..book.plan import carry_out, dryrun_lines
    from ..book.save import backup_path
    from .setup.upgrade import plan_upgrade

    spoken = _chosen(language)
    text, plan = words(spoken), plan_upgrade(book)
    if not plan.changes:
        click.echo(text["setup.upgrade.none"].format(file=book.name, version=__version__))
        return DONE
    if dry_run:
        for line in dryrun_lines(plan, spoken):
            click.echo(line)
        return DONE
    carry_out(plan, backup=not no_backup)
    click.echo(text["setup.upgrade.done"].format(path=book, version=__version__))
    if not no_backup:
        click.echo(text["say.backup"].format(backup=backup_path(book)))
    return DONE


@click.group(help=TEXT["cli.addin.help"])
def addin() -> None:
    pass


@addin.command("install", help=TEXT["cli.addin.install.help"])
@_language
def addin_install(language: str | None) -> int:
    from .setup.addin import install
    from .setup.machine import this_machine

    text = words(_chosen(language))
    click.echo(text["setup.addin"].format(path=install(this_machine())))
    click.echo(text["setup.restart"])
    return DONE


@addin.command("remove", help=TEXT["cli.addin.remove.help"])
@_language
def addin_remove(language: str | None) -> int:
    from .setup.addin import NAME, remove, start_folder
    from .setup.machine import this_machine

    text, machine = words(_chosen(language)), this_machine()
    path = remove(machine)
    click.echo(text["setup.addin.removed" if path else "setup.addin.none"].format(path=path or start_folder(machine) / NAME))
    return DONE


@addin.command("status", help=TEXT["cli.addin.status.help"])
@_language
def addin_status(language: str | None) -> int:
    from .setup.addin import NAME, copies, start_folder
    from .setup.machine import this_machine
    from .setup.xlwings_version import xlwings_version_of

    text, machine = words(_chosen(language)), this_machine()
    folder, found = start_folder(machine), copies(machine)
    if not found:
        click.echo(text["setup.addin.none"].format(path=folder / NAME))
    for path in found:
        click.echo(text["setup.addin.found"].format(path=path, version=xlwings_version_of(path) or "?", package=machine.xlwings))
    return DONE


@click.command(help=TEXT["cli.doctor.help"])
@click.argument("book", required=False)
@click.option("--json", is_flag=True, help=TEXT["cli.option.json"])
@_language
def doctor(book: str | None, json: bool, language: str | None) -> int:
    from .setup.book_doctor import examine_book
    from .setup.doctor import examine
    from .setup.machine import this_machine

    spoken, machine = _chosen(language), this_machine()
    troubles = examine(machine) + (examine_book(book, machine) if book else [])
    if json:
        from json import dumps

        record = {"version": __version__, "xlwings": machine.xlwings, "system": machine.system, "book": book,
                  "findings": [trouble.record(spoken) for trouble in troubles]}
        click.echo(dumps(record, ensure_ascii=False, indent=1))
    else:
        for trouble in troubles:
            click.echo(_line(trouble, spoken))
        if all(trouble.severity == "note" for trouble in troubles):
            click.echo(words(spoken)["doctor.fine"])
    return FINDINGS if any(trouble.severity == "error" for trouble in troubles) else DONE


def _line(trouble: "Trouble", spoken: str) -> str:
    return words(spoken)["doctor.line"].format(
        severity=words(spoken)[f"sheet.severity.{trouble.severity}"], sentence=trouble.sentence(spoken), code=trouble.code)
