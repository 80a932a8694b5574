"""A stage model that a team keeps in a file of its own."""

import datetime as dt

from ..errors import SourceError
from .companions import read_companions
from .grid import Source
from .header import find_header
from .stage import Stage, stage_table


def read_stages(source: Source, as_of: dt.date) -> tuple[Stage, ...]:
    """The stages of a file: its table or sheet Stages, else its first sheet that has the headings of one.

    Raises
    ------
    SourceError
        No column of the file is headed Stage, or it holds no stage.
    """
    companions = read_companions(source, as_of=as_of, only=("Stages",), any_sheet=True)
    table = companions.table("Stages")
    rows = [row for row in table.to_dict("records") if row["stage"]]
    if not rows:
        header = next((find_header(source.load(name), {}, "stages.field", alone=True) for name in source.sheets), None)
        raise SourceError("error.stages.empty" if header else "error.stages.no_header", source=source.name)
    return stage_table(rows, "en")
