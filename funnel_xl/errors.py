"""The one tree of errors for requests that can't be done.

Wrong data in a sheet is no error: it is a finding (sales/finding.py). An error carries a row of words.csv and the values
for it; wording.sentence() says it in the reader's language at the door where it leaves the product.
"""


class FunnelError(Exception):
    """A request that can't be done: what, where, what is allowed and how to mend it."""

    def __init__(self, key: str, **values: object):
        super().__init__(key, values)
        self.key = key  # row of words.csv: "error.file.missing"
        self.values = values  # what its sentence names

    def __str__(self) -> str:
        from .wording import sentence  # only when shown: wording reads words.csv

        return sentence(self, "en")


class OutOfRange(FunnelError, ValueError):
    """A number, date or word lies outside what is allowed."""


class SourceError(FunnelError):
    """The deals can't be read: no header, no such table, two columns for one field."""


class BookError(FunnelError):
    """A workbook can't be opened, read or written as asked; it is left as it was."""


class WordingError(FunnelError):
    """A language or a row of words.csv that does not exist: our own mistake."""
