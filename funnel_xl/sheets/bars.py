"""A buyer's rating as a bar on the scale of the form: the competitor's side to the left, ours to the right, no 0 between (spec items 5, 9).

Made of cells, one a step, so that it prints everywhere and an unrated buyer's row can be marked by pen.
"""

from .describe import Cell

STEPS = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)
SIDE = len(STEPS) // 2


def axis_head(words: dict[str, str]) -> list[Cell]:
    """The two sides of the scale, as wide as a bar."""
    return [Cell(words["form.axis.rival"], "head.left", SIDE), Cell(words["form.axis.us"], "head.right", SIDE)]


def bar(rating: float | None) -> list[Cell]:
    """One cell a step, those from the middle to the rating filled, the number in the last; all empty where there is no rating."""
    rating = rating or 0.0
    return [Cell(f"{step:+d}" if step == rating else None, _look(step, rating)) for step in STEPS]


def _look(step: int, rating: float) -> str:
    if step * rating <= 0 or abs(step) > abs(rating):
        look = "bar"
    else:
        look = ("bar.us" if rating > 0 else "bar.rival") + (".end" if step == rating else "")
    return look + (".axis" if step == 1 else "")
