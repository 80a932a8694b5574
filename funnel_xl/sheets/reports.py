"""The sheets of the method beyond the review pack, by the names under which they are asked for: `funnel-xl report`, the ribbon, a cell."""

from collections.abc import Callable, Sequence

from ..errors import OutOfRange
from ..sales.answers import Answers
from .breakdown import breakdown_sheet
from .conversion import conversion_sheet
from .customers import customers_sheet
from .describe import Sheet
from .duration import time_sheet
from .ideal import ideal_sheet
from .knowledge import knowledge_sheet
from .payments import payments_sheet
from .planning import planning_sheet
from .profit import profit_sheet
from .qualify import qualify_sheet
from .quotas import quotas_sheet
from .reasons import reasons_sheet

# In the order in which a team reads them; each makes one sheet.
REPORTS: dict[str, Callable[[Answers, str], Sheet]] = {
    "conversion": conversion_sheet,
    "reasons": reasons_sheet,
    "time": time_sheet,
    "ideal": ideal_sheet,
    "profit": profit_sheet,
    "plan": planning_sheet,
    "qualify": qualify_sheet,
    "quotas": quotas_sheet,
    "payments": payments_sheet,
    "customers": customers_sheet,
    "breakdown": breakdown_sheet,
    "knowledge": knowledge_sheet,
}


def reports(answers: Answers, language: str, names: Sequence[str] = ()) -> tuple[Sheet, ...]:
    """The sheets that are asked for, in their own order; all of them where none is named.

    Raises
    ------
    OutOfRange
        There is no report of that name.
    """
    for name in names:
        if name not in REPORTS:
            raise OutOfRange("error.report.unknown", name=name, allowed=", ".join(REPORTS))
    return tuple(make(answers, language) for name, make in REPORTS.items() if not names or name in names)
