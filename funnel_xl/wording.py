"""Every text that a user sees, in three languages, from words.csv."""

import csv
import os
from functools import cache
from importlib.resources import files

from .errors import FunnelError, WordingError

LANGUAGES = ("en", "zh-Hans", "zh-Hant")


@cache
def _table() -> dict[str, tuple[str, ...]]:
    with (files(__package__) / "words.csv").open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return {row[0]: tuple(row[1:]) for row in rows if row}


def words(language: str) -> dict[str, str]:
    """All texts in one language, by key; the keys are the first column of words.csv."""
    return _words(check_language(language))


@cache
def _words(language: str) -> dict[str, str]:
    column = LANGUAGES.index(language)
    return {key: texts[column] for key, texts in _table().items()}


def check_language(language: str) -> str:
    """The language itself, if it is one of LANGUAGES."""
    if language not in LANGUAGES:
        raise WordingError("error.language", language=language, allowed=", ".join(LANGUAGES))
    return language


def sentence(error: FunnelError, language: str) -> str:
    """An error as one line in the reader's language; a value that is itself an error is said inside it."""
    values = {name: sentence(value, language) if isinstance(value, FunnelError) else value for name, value in error.values.items()}
    return words(language)[error.key].format(**values)


def system_language() -> str:
    """The language of this user's system, for what is said before any source was read."""
    for name in ("FUNNEL_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").replace("_", "-").lower()
        if value:
            if not value.startswith("zh"):
                return "en"
            return "zh-Hant" if any(part in value for part in ("hant", "tw", "hk", "mo")) else "zh-Hans"
    return "en"
