"""What every reader of a column gives back: typed values, and what had to be said about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from .grid import CellError


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about one cell (or, with row -1, about the whole column): a finding or note in the making."""

    code: str
    severity: str
    row: int = -1
    details: dict = field(default_factory=dict)


@dataclass(slots=True)
class Column:
    """Typed values of one field, one a row, and the remarks made in reading them."""

    values: np.ndarray
    remarks: list[Remark] = field(default_factory=list)

    def note(self, code: str, **details: object) -> None:
        """Say once how the column was interpreted."""
        self.remarks.append(Remark(code, "note", -1, details))

    def find(self, code: str, row: int, severity: str = "error", **details: object) -> None:
        """Say that a cell can't be read."""
        self.remarks.append(Remark(code, severity, row, details))


def kinds(cells: Sequence[object]) -> set[type]:
    """The types that stand in a column: most columns have one or two, and are then converted whole."""
    return set(map(type, cells))


def is_blank(cell: object) -> bool:
    """True where a cell says nothing: empty, or nothing but spaces or a dash."""
    return cell is None or (isinstance(cell, str) and cell.strip() in ("", "-", "–", "—", "/"))


def numbers_of(cells: Sequence[object]) -> np.ndarray | None:
    """The column as floats where it holds nothing but finite numbers and empty cells; None where it holds anything else."""
    if not kinds(cells) <= {int, float, type(None)}:
        return None
    numbers = np.array(cells, dtype=float)  # numpy makes NaN of None
    return None if np.isinf(numbers).any() else numbers


def each_text(cells: Sequence[object], read: Callable[[str], object]) -> dict[str, object]:
    """What each different text of a column reads as: a text that stands in 10,000 rows is read once."""
    return {text: read(text) for text in {cell for cell in cells if type(cell) is str} if not is_blank(text)}


def is_error(cell: object) -> bool:
    """True for an error value such as #N/A."""
    return isinstance(cell, CellError)
