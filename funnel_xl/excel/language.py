"""In which language a function answers."""

from ..errors import WordingError
from ..sales.header import language_of, read_header
from ..wording import LANGUAGES, check_language
from .catalogue import FUNCTIONS
from .cells import cells_of

ENGLISH = "en"


def language_of_cell(language: object) -> str:
    """The language that was asked for; English where none was.

    Raises
    ------
    WordingError
        A language that the product does not speak.
    """
    item = next(iter(cells_of(language).items), None)
    asked = item.strip() if isinstance(item, str) else ""
    known = {each.casefold(): each for each in LANGUAGES}
    return check_language(known.get(asked.casefold(), asked)) if asked else ENGLISH


def header_language(table: object) -> str:
    """The language of a table range's headings."""
    header = table[0] if isinstance(table, (list, tuple)) and table and isinstance(table[0], (list, tuple)) else table
    return language_of(read_header(header, {})) if isinstance(header, (list, tuple)) else ENGLISH


def asked_language(name: str, arguments: tuple) -> str:
    """The language in which a function that can't answer says why: that of its argument, else of its table's headings."""
    names = [argument.name for argument in FUNCTIONS[name].arguments]
    given = dict(zip(names, arguments, strict=False))
    if "deals" in given:
        return header_language(given["deals"])
    try:
        return language_of_cell(given.get("language"))
    except WordingError:
        return ENGLISH
