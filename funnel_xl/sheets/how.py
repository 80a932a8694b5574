"""How a number came about: the note that every sheet of numbers ends with, so that each can be traced (the spec's own formulas)."""

from .describe import Block, Heading, Text


def how(words: dict[str, str], *keys: str, **values: object) -> list[Block]:
    """The heading and one paragraph for each row "how.KEY" of words.csv; `values` fill what the rows leave open."""
    return [Heading(words["how.heading"]), *(Text(words[f"how.{key}"].format(**values), "note") for key in keys)]
