"""Conditional formats: one range and one rule each, never a format a cell."""

from .canvas import Canvas

ANY = ">0"      # instead of a value: any positive number


def mark(canvas: Canvas, marks: tuple[tuple[object, str], ...], first: int, column: int, rows: int) -> None:
    """Colour the cells of a column that hold one of the marked values."""
    if not rows:
        return
    for wanted, tone in marks:
        rule = {"type": "cell", "criteria": ">", "value": 0} if wanted == ANY else \
            {"type": "cell", "criteria": "==", "value": f'"{wanted}"' if isinstance(wanted, str) else wanted}
        canvas.sheet.conditional_format(first, column, first + rows - 1, column, rule | {"format": canvas.formats.tone(tone)})
