"""Product lines that have stages of their own in one book, and the order of stages within each."""

from collections.abc import Sequence

import numpy as np

from .aliases import plain
from .stage import Stage, matcher

UNKNOWN = -1


def lines_of(stages: Sequence[Stage], pipeline: np.ndarray, product: np.ndarray) -> np.ndarray:
    """The product line of each deal, as the stages spell it: by its own column, else by its product; "" where neither is a line."""
    lines = {plain(stage.line): stage.line for stage in stages if stage.line}
    if not lines:
        return np.full(len(pipeline), "", dtype=object)
    named = {text: lines.get(plain(text), "") for text in {*pipeline.tolist(), *product.tolist()}}
    return np.array([named[own] or named[bought] for own, bought in zip(pipeline.tolist(), product.tolist(), strict=True)], dtype=object)


def line_names(stages: Sequence[Stage]) -> tuple[str, ...]:
    """The product lines that have stages of their own, in the model's order."""
    return tuple(dict.fromkeys(stage.line for stage in stages if stage.line))


def stages_for(stages: Sequence[Stage], line: str) -> list[int]:
    """The stages that deals of one line may stand in, as indexes into all.

    A line has the open stages that name it, and shares won, lost and after-sales where it has none of its own; all other deals have those
    that name no line.
    """
    kinds = {stage.kind for stage in stages if stage.line == line}
    chosen = [at for at, stage in enumerate(stages) if stage.line == line or (not stage.line and stage.kind not in kinds)]
    return [at for at in chosen if stages[at].kind != "open"] if line and "open" not in kinds else chosen


def line_matcher(stages: Sequence[Stage], line: str) -> dict[str, int]:
    """Which stage each spelling means for the deals of one line, as indexes into all stages; another line's step means none."""
    if not line_names(stages):
        return matcher(stages)
    chosen = stages_for(stages, line)
    own = {plain(stages[at].name) for at in chosen}
    # "Trial" may be a usual word for a demo, but not where another line has a stage of that name.
    others = {plain(stage.name) for stage in stages if stage.kind == "open"} - own
    return {text: chosen[at] for text, at in matcher(tuple(stages[each] for each in chosen)).items() if text not in others}


def closing_stage(stages: Sequence[Stage], line: str, kind: str) -> int:
    """The won, lost or after-sales stage of a line, its own or the one that all share; -1 where there is none."""
    return next((at for at in stages_for(stages, line) if stages[at].kind == kind), UNKNOWN)


def steps_by_line(stages: Sequence[Stage]) -> dict[str, int]:
    """How many steps lead up to and with the order, for each line that has open stages; "" where stages name no line."""
    lines = dict.fromkeys(stage.line for stage in stages if stage.kind == "open")
    if not lines and any(stage.kind == "won" for stage in stages):
        lines = {"": None}
    return {line: sum(stages[at].kind in ("open", "won") for at in stages_for(stages, line)) for line in lines}


def stages_of(stages: Sequence[Stage], names: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """The stage that each name means in its line; -1 where it means none."""
    if not any(stage.line for stage in stages):
        return _indexes(names, matcher(stages))
    found = np.full(len(names), UNKNOWN)
    for line in set(lines.tolist()):
        rows = np.flatnonzero(lines == line)
        found[rows] = _indexes(names[rows], line_matcher(stages, line))
    return found


def _indexes(names: np.ndarray, known: dict[str, int]) -> np.ndarray:
    """What each name means; a name that stands in 10,000 rows is looked up once, and a column of none not at all."""
    texts = names.tolist()
    index = {name: known.get(plain(name), UNKNOWN) if name else UNKNOWN for name in set(texts)}
    return np.full(len(texts), UNKNOWN) if index.keys() <= {""} else np.array([index[name] for name in texts], dtype=np.int64)


def ranks(stages: Sequence[Stage]) -> np.ndarray:
    """The place of each stage in its line: open ones from 0, won and after-sales behind all of them, lost -1; a last item -1 for none."""
    count: dict[str, int] = {}
    found = np.full(len(stages) + 1, UNKNOWN)
    for at, stage in enumerate(stages):
        if stage.kind == "open":
            found[at] = count.get(stage.line, 0)
            count[stage.line] = found[at] + 1
    found[[at for at, stage in enumerate(stages) if stage.kind in ("won", "post")]] = top_rank(stages)
    return found


def top_rank(stages: Sequence[Stage]) -> int:
    """The rank of an order: behind the open stages of every line."""
    lines = [stage.line for stage in stages if stage.kind == "open"]
    return max((lines.count(line) for line in set(lines)), default=0)


def next_stage(stages: Sequence[Stage], at: int) -> int:
    """The open stage that follows another in its line, else the won one; -1 where there is none."""
    line = stages[at].line
    opened = (index for index in range(at + 1, len(stages)) if stages[index].kind == "open" and stages[index].line == line)
    own = (index for index, stage in enumerate(stages) if stage.kind == "won" and stage.line == line)
    shared = (index for index, stage in enumerate(stages) if stage.kind == "won" and not stage.line)
    return next(opened, next(own, next(shared, UNKNOWN)))
