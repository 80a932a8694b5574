"""How the columns of a table are laid over a page's grid of unequal columns."""

from collections.abc import Sequence


def spread(grid: Sequence[float], wanted: Sequence[float]) -> tuple[int, ...]:
    """How many columns of the grid each column of a table covers, so that its width comes near the one wanted [characters].

    Each covers at least one, and as many columns of the grid are left over as the table does not need; `grid` is at least as long.
    """
    spans, start = [], 0
    for at, width in enumerate(wanted):
        most = len(grid) - start - (len(wanted) - at - 1)
        span, covered = 1, grid[start]
        while span < most and abs(covered + grid[start + span] - width) < abs(covered - width):
            covered += grid[start + span]
            span += 1
        spans.append(span)
        start += span
    return tuple(spans)
