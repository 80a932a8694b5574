"""The hidden sheets that only programs read: settings of xlwings, texts of the function wizard, and the demo rows as they were."""

from collections.abc import Mapping, Sequence

from ...excel.catalogue import FUNCTIONS, MODULE
from .pen import Pen
from .tables import Row

# No person's path: a workbook is mailed around. An empty value would hide the user's own, so such rows are left out.
CONF = {
    "Interpreter_Win": "%FUNNEL_PYTHON%", "Interpreter_Mac": "$HOME/.funnel-xl/python", "UDF Modules": MODULE, "Debug UDFs": False,
    "Use UDF Server": True, "Show Console": False, "ADD_WORKBOOK_TO_PYTHONPATH": False,
}


def draw_conf(pen: Pen) -> None:
    """xlwings' settings: names from A1 down without a gap."""
    style = pen.formats.look("cell")
    for row, (name, value) in enumerate(CONF.items()):
        pen.sheet.write_string(row, 0, name, style)
        if isinstance(value, bool):
            pen.sheet.write_boolean(row, 1, value, style)
        else:
            pen.sheet.write_string(row, 1, value, style)
    pen.sheet.set_column(0, 1, 34)


def draw_functions(pen: Pen) -> None:
    """For the function wizard: each function with its description, the number of its arguments, and what each of them is."""
    style = pen.formats.look("cell")
    for column, heading in enumerate(("function", "description", "arguments")):
        pen.sheet.write_string(0, column, heading, pen.formats.header("text"))
    for row, function in enumerate(FUNCTIONS.values(), 1):
        pen.sheet.write_string(row, 0, function.name, style)
        pen.label(row, 1, function.key, style)
        pen.sheet.write_number(row, 2, len(function.arguments), style)
        for column, argument in enumerate(function.arguments, 3):
            pen.label(row, column, argument.key, style)
    pen.sheet.set_column(0, 1, 30)


def draw_demo(pen: Pen, rows: Mapping[str, Sequence[Row]], fields: Mapping[str, Sequence[str]]) -> None:
    """The demo's rows as they were typed in: the table's name in column A, then its typed fields. A row that still equals one of these was
    not touched and may be removed; what a removal took away can be put back from here.
    """
    line = 0
    for table, deals in rows.items():
        for deal in deals:
            pen.sheet.write_string(line, 0, table, pen.formats.look("cell"))
            for column, name in enumerate(fields[table], 1):
                value = deal.get(name)
                if value is not None:
                    pen.put(line, column, value, pen.cell_style("date" if hasattr(value, "year") else "raw"))
            line += 1
