"""How the columns of a table are laid over a page's grid of unequal columns."""

from collections.abc import Sequence


def spread(grid: Sequence[float], wanted: Sequence[float]) -> tuple[int, ...]:
    """How many columns of the grid each column of a table covers, so that the table's lines fall near where they are wanted [characters].

    Each covers at least one; what the table does not need of the grid is left over. `grid` is at least as long as the table.
    """
    spans: list[int] = []
    start, reached, target = 0, 0.0, 0.0
    for at, width in enumerate(wanted):
        target += width
        last = len(grid) - (len(wanted) - at - 1)
        end, reached = start + 1, reached + grid[start]
        while end < last and abs(reached + grid[end] - target) < abs(reached - target):
            reached += grid[end]
            end += 1
        spans.append(end - start)
        start = end
    return tuple(spans)
