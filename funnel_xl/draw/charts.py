"""Charts: Excel's own, with every colour and switch written out.

Their numbers lie in hidden columns to the right of the page, on the same sheet, so that a sheet can be copied into another book whole.
"""

import re
from io import StringIO

import xlsxwriter
from xlsxwriter.chart import Chart as Drawing

from ..sheets.describe import Chart, Series
from .canvas import ROW_POINTS, Canvas
from .style import GREY, INK, LINE, TONES, short_format
from .values import text

HEIGHT = 13             # rows of a chart with few categories
HIGHEST = 24            # rows of any chart: below the tiles of a page there is room for no more
CROWDED = 22            # lying bars; more, and standing bars above 9, are labelled smaller
BAR_ROWS = 0.9          # rows that a lying bar takes
POINTS_TO_PIXELS = 96 / 72
SHOWS = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")     # in the schema's order


def draw_charts(canvas: Canvas, book: xlsxwriter.Workbook, charts: tuple[Chart, ...], row: int) -> int:
    """Draw charts side by side over the width of the page; the row below them comes back."""
    rows = max(_rows(chart) for chart in charts)
    page = [canvas.pixels(column) for column in range(canvas.across)]
    each = sum(page) // len(charts)
    for at, chart in enumerate(charts):
        column, left = 0, at * each
        while left >= page[column]:
            left -= page[column]
            column += 1
        drawing = _draw(canvas, book, chart)
        drawing.set_size({"width": each - 6, "height": round(rows * ROW_POINTS * POINTS_TO_PIXELS) - 12})
        canvas.sheet.insert_chart(row, column, drawing, {"x_offset": left + 2, "y_offset": 6, "object_position": 2,
                                                         "description": _said(chart.title)})
    return row + rows


def _rows(chart: Chart) -> int:
    if chart.kind == "column":
        return HEIGHT + 1
    bars = 1 if chart.kind == "funnel" else len(chart.series)
    return min(max(HEIGHT, round(len(chart.categories) * bars * BAR_ROWS) + 5), HIGHEST)


def _draw(canvas: Canvas, book: xlsxwriter.Workbook, chart: Chart) -> Drawing:
    lying = chart.kind != "column"
    drawing = book.add_chart({"type": "bar" if lying else "column", "subtype": "stacked" if chart.kind == "funnel" else "clustered"})
    _write_switches(drawing)
    font = {"name": canvas.formats.font, "size": 9, "color": INK}
    for series, cells in zip(chart.series, _lay_out(canvas, chart), strict=True):
        label_font = {**font, "size": 7 if len(chart.categories) > CROWDED else 9}
        drawing.add_series(cells | _paint(series) | _labels(series, label_font) | {"gap": 30 if lying else 60})
    drawing.set_title({"name": _said(chart.title), "overlay": False, "name_font": {**font, "size": 11, "bold": True}})
    seen = [series for series in chart.series if series.tone != "none"]
    drawing.set_legend({"position": "bottom", "font": font} if len(seen) > 1 else {"none": True})
    # XlsxWriter names axes by where they lie on the page, not by what they measure.
    set_categories, set_values = (drawing.set_y_axis, drawing.set_x_axis) if lying else (drawing.set_x_axis, drawing.set_y_axis)
    set_categories(_category_axis(chart, font, lying))
    set_values(_value_axis(chart, font, canvas.wan))
    drawing.set_chartarea({"border": {"color": LINE, "width": 0.75}, "fill": {"color": "#FFFFFF"}})
    drawing.set_plotarea({"fill": {"none": True}})
    drawing.show_hidden_data()
    drawing.show_blanks_as("gap")
    return drawing


def _category_axis(chart: Chart, font: dict, lying: bool) -> dict:
    crowded = len(chart.categories) > (CROWDED if lying else 9)
    axis = {"name": _said(chart.category_title), "name_font": {**font, "bold": False, "color": GREY}, "text_axis": True,
            "num_font": {**font, "size": 7 if crowded else 9},
            "line": {"color": GREY, "width": 0.75}, "major_tick_mark": "none", "major_gridlines": {"visible": False}, "interval_unit": 1}
    # Lying bars read from the top; the axis of values then crosses behind the last category, which is the foot.
    return axis | ({"reverse": True, "crossing": "max"} if lying else {})


def _value_axis(chart: Chart, font: dict, wan: bool) -> dict:
    largest = max((float(number) for series in chart.series for number in series.values), default=0.0)
    axis = {"name": _said(chart.value_title), "name_font": {**font, "bold": False, "color": GREY}, "num_font": font, "min": 0,
            "num_format": short_format(chart.look, wan, largest),
            "line": {"none": True}, "major_tick_mark": "none"}
    if chart.kind != "funnel":
        return axis | {"major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.75}}}
    # Centred bars don't begin at zero, so a scale would lie; the labels carry the numbers.
    widest = max((2 * before + bar for before, bar in zip(*(series.values for series in chart.series), strict=True)), default=0)
    return axis | {"label_position": "none", "max": widest or 1, "major_gridlines": {"visible": False}}


def _lay_out(canvas: Canvas, chart: Chart) -> list[dict]:
    """Write a chart's numbers into the next hidden columns and say where they are."""
    style = canvas.formats.look("data")
    first, last = 1, len(chart.categories)
    start = canvas.spare
    canvas.spare += 1 + len(chart.series)
    for column in range(start, canvas.spare):
        canvas.width(column, 10, hidden=True)
    canvas.put(0, start, chart.category_title, style)
    for at, category in enumerate(chart.categories, first):
        canvas.put(at, start, category, style)
    ranges = []
    for column, series in enumerate(chart.series, start + 1):
        canvas.put(0, column, series.name, style)
        for at, number in enumerate(series.values, first):
            canvas.put(at, column, number, style)
        ranges.append({"name": [canvas.sheet.get_name(), 0, column], "categories": [canvas.sheet.get_name(), first, start, last, start],
                       "values": [canvas.sheet.get_name(), first, column, last, column]})
    return ranges


def _paint(series: Series) -> dict:
    if series.tone == "none":
        return {"fill": {"none": True}, "border": {"none": True}}
    return {"fill": {"color": TONES[series.tone]}, "border": {"none": True}}


def _said(words: str) -> str:
    """A text of a chart as its XML can hold it. What begins with "=" XlsxWriter takes for a formula: a space before it keeps it a text."""
    said = text(words)
    return f" {said}" if said.startswith("=") else said


def _labels(series: Series, font: dict) -> dict:
    if not series.labels:
        return {}
    return {"data_labels": {"value": True, "position": "center", "font": font,
                            "custom": [{"value": _said(label), "font": font} if label else {"delete": True} for label in series.labels]}}


def _write_switches(drawing: Drawing) -> None:
    """Have a chart's XML completed as it is stored: XlsxWriter leaves out switches that are off."""
    assemble = drawing._assemble_xml_file

    def complete() -> None:
        stored, own_file = drawing.fh, drawing.internal_fh
        drawing._set_xml_writer(StringIO())
        assemble()
        stored.write(switches(drawing.fh.getvalue()))
        if own_file:
            stored.close()

    drawing._assemble_xml_file = complete


def switches(xml: str) -> str:
    """A chart's XML with each switch written whose absence readers take differently, by the version a book says it was saved with."""
    if "<c:roundedCorners" not in xml:
        xml = re.sub(r"(<c:chartSpace[^>]*>(?:<c:date1904[^>]*/>)?(?:<c:lang[^>]*/>)?)", r'\1<c:roundedCorners val="0"/>', xml, count=1)
    if "<c:varyColors" not in xml:
        xml = xml.replace("<c:ser>", '<c:varyColors val="0"/><c:ser>', 1)
    if "<c:autoTitleDeleted" not in xml:
        xml = xml.replace("<c:plotArea>", '<c:autoTitleDeleted val="0"/><c:plotArea>', 1)
    xml = re.sub(r"(</c:tx>(?:<c:layout/>|<c:layout>.*?</c:layout>))(?=</c:title>|<c:spPr>|<c:txPr>)", r'\1<c:overlay val="0"/>', xml)
    xml = re.sub(r'(<c:legendPos val="\w+"/>(?:<c:layout/>)?)(?!<c:overlay)', r'\1<c:overlay val="0"/>', xml)
    return re.sub(r"(?:<c:show(?:LegendKey|Val|CatName|SerName|Percent|BubbleSize) val=\"[01]\"/>)+", _all_shows, xml)


def _all_shows(match: re.Match) -> str:
    return "".join(f'<c:{show} val="{int(f"<c:{show} " in match[0])}"/>' for show in SHOWS)
