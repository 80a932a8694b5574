"""The sheet Dashboard: five charts over tables that follow the deals.

Each table has columns of its own and nothing below it, so that a spill never meets a cell that is taken. Charts read defined names that
end where their table ends: a stage or an owner more is drawn without a touch. Nothing in it is volatile.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from ...draw.names import quoted
from ...draw.style import GREY, INK, LINE, TONES, WAN
from ...sales.grid import column_letters
from ..computed import Computed
from ..contents import Contents
from .deals import computed_column, typed_range
from .pen import Pen
from .start import WAN_UNIT, say_unit, show_unit

HEAD = 4                    # row (from 0) of the tables' headings; Excel's row 5
FIRST, ROOM = HEAD + 1, 60  # first row of data, and the last row (as Excel counts) that is read
STAGES, OWNERS, MONTHS = 10, 12, 9
# Columns (from 0) of the tables, to the right of the charts.
SUMMARY, CONVERSION, IDEAL, FUNNEL, PLACEMENT, OWNER, MONTH, FIGURES = 17, 23, 29, 39, 46, 50, 53, 57
CHART_WIDTH, CHART_HEIGHT, CHART_ROWS = 560, 290, 17
LEFT_WIDTH = 9.3            # characters of the columns under the charts: sixteen of them are as wide as two charts
LABELLED = ("funnel", "ideal", "conversion")        # charts whose bars say their number
MONEY_CHARTS = ("month", "placement", "owner")
PLACES = ("best_few", "in", "above")


@dataclass(frozen=True)
class Drawn:
    """What other sheets refer to."""

    names: dict[str, str]           # defined names; those with the sheet's name in front belong to it alone
    figures: dict[str, str]         # cells with the totals of open deals: deals, amount, weighted


def draw_dashboard(pen: Pen, name: str, contents: Contents, computed: Computed) -> Drawn:
    """Draw the tables and their charts, which show money in the unit that the workbook was made for."""
    board = _Board(pen, quoted(name), contents, computed)
    pen.label(0, 0, "book.sheet.Dashboard", pen.formats.look("title"))
    pen.label(1, 0, "book.hint.Dashboard", pen.formats.look("subtitle"))
    pen.sheet.set_column(0, SUMMARY - 2, LEFT_WIDTH)
    pen.label(2, 0, "book.start.as_of", pen.formats.look("subtitle", valign="vcenter"))
    day = pen.formats.of(num_format="yyyy-mm-dd", align="left", bold=True)
    pen.sheet.merge_range(2, 1, 2, 2, None, day)
    pen.formula(2, 1, "=FunnelAsOf", contents.as_of, day)
    say_unit(pen, 2, 3, contents.settings["unit"])
    board.figures()
    board.spills()
    board.funnel()
    board.placements()
    board.owners()
    board.months()
    board.charts()
    pen.sheet.set_landscape()
    pen.sheet.set_paper(9)
    pen.sheet.print_area(0, 0, HEAD + 3 * CHART_ROWS, SUMMARY - 2)
    pen.sheet.fit_to_pages(1, 1)
    return Drawn(board.names, {key: f"{quoted(name)}!{cell}" for key, cell in board.totals.items()})


class _Board:
    """The dashboard while it is drawn: its tables, the names of their columns, and the values that these hold now."""

    def __init__(self, pen: Pen, sheet: str, contents: Contents, computed: Computed):
        self.pen = pen
        self.sheet = sheet
        self.contents = contents
        self.computed = computed
        self.names: dict[str, str] = {}
        self.values: dict[str, list[object]] = {}       # what each named column holds, for the charts' stored points
        self.totals: dict[str, str] = {}

    # words and styles

    def heading(self, column: int, key: str, width: int) -> None:
        self.pen.label(HEAD - 1, column, key, self.pen.formats.look("heading"))
        for at in range(column + 1, column + width):
            self.pen.sheet.write_blank(HEAD - 1, at, None, self.pen.formats.look("heading"))

    def titles(self, column: int, *keys: str) -> None:
        for at, key in enumerate(keys, column):
            self.pen.label(HEAD, at, key, self.pen.formats.header("text"))
            self.pen.sheet.set_column(at, at, 15)

    def style(self, kind: str) -> object:
        return self.pen.cell_style(kind)

    def money(self, column: int) -> None:
        show_unit(self.pen, FIRST, column, ROOM - 1, column)

    def name(self, name: str, column: int, count: str, values: Sequence[object]) -> None:
        """Name a column's cells from its first row on, as many as the cell or formula `count` says."""
        letters = column_letters(column + 1)
        first = f"{self.sheet}!${letters}${FIRST + 1}"
        self.names[f"{self.sheet}!Chart{name}"] = f"={first}:INDEX({self.sheet}!${letters}${FIRST + 1}:${letters}${ROOM},MAX(1,{count}))"
        self.values[name] = list(values)

    def area(self, column: int) -> str:
        letters = column_letters(column + 1)
        return f"${letters}${FIRST + 1}:${letters}${ROOM}"

    # tables

    def figures(self) -> None:
        """Target, average order and period, which the ideal funnel is made for."""
        pen, texts, computed = self.pen, self.pen.texts, self.computed
        period = ('=IF(FunnelQuotaPeriod<>"",FunnelQuotaPeriod&"",(YEAR(FunnelAsOf)-(MONTH(FunnelAsOf)<FunnelFirstMonth))&"-Q"'
                  "&(INT(MOD(MONTH(FunnelAsOf)-FunnelFirstMonth,12)/3)+1))")
        quota = {name: f"Quotas[{texts.say(f'field.quotas.{name}')}]" for name in ("period", "measure", "value")}
        letters = column_letters(FIGURES + 2)
        cells = [f"${letters}${FIRST + 1 + at}" for at in range(5)]
        target = (f'=IF(FunnelQuota<>"",FunnelQuota,SUMPRODUCT(({quota["period"]}&""={cells[0]})*'
                  f'((COUNTIF({texts.spellings("demo.measure")},{quota["measure"]})>0)+({quota["measure"]}="")>0),{quota["value"]}))')
        amount, stage = f"Deals[{texts.say('field.amount')}]", f"Deals[{texts.say('field.stage')}]"
        won = f"(COUNTIF(FunnelWord_won,Stages[{texts.say('field.stages.kind')}])>0)"
        names = f"Stages[{texts.say('field.stages.stage')}]"
        average = (f'=IF(FunnelAverageOrder<>"",FunnelAverageOrder,IFERROR(SUMPRODUCT({won}*SUMIF({stage},{names},{amount}))'
                   f'/SUMPRODUCT({won}*COUNTIFS({stage},{names},{amount},">0")),""))')
        kind = f"Stages[{texts.say('field.stages.kind')}]"
        rows = (
            ("book.setting.quota_period", period, computed.period, "text"),
            ("book.setting.quota", target, computed.target, "money"),
            ("book.setting.average_order", average, _or_empty(computed.average_order), "money"),
            ("book.dash.period_months", f'=IF(ISNUMBER(SEARCH("Q",{cells[0]})),3,IF(LEN({cells[0]})>4,1,12))', computed.period_months,
             "number"),
            ("book.dash.stages", f"=SUMPRODUCT((COUNTIF(FunnelWord_open,{kind})>0)*1)", len(computed.funnel), "number"),
        )
        self.heading(FIGURES, "book.dash.basis", 2)
        for at, (key, formula, value, look) in enumerate(rows):
            pen.label(FIRST + at, FIGURES, key, self.style("text"))
            pen.formula(FIRST + at, FIGURES + 1, formula, value, self.style(look))
        pen.sheet.set_column(FIGURES, FIGURES + 1, 20)
        self.period_months, self.stage_count = cells[3], f"{self.sheet}!{cells[4]}"
        self.target, self.average_order = cells[1], cells[2]

    def spills(self) -> None:
        """The three answers of Python."""
        typed = typed_range(self.pen)
        calls = (
            (SUMMARY, "book.dash.by_stage", f"=FUNNEL_SUMMARY({typed},Stages[#All],FunnelAsOf)", self.computed.summary,
             ("text", "number", "money", "money", "text")),
            (CONVERSION, "book.dash.conversion", f"=FUNNEL_CONVERSION({typed},Stages[#All])", self.computed.conversion,
             ("text", "number", "number", "number", "share")),
        )
        for column, key, formula, table, kinds in calls:
            self._spill(column, key, formula, table, kinds)
        rates = [row[4] for row in self.computed.conversion[1:len(self.computed.funnel) + 1]]
        self.name("Rates", CONVERSION + 4, self.stage_count, rates)
        for name, offset in (("deals", 1), ("amount", 2), ("weighted", 3)):
            # The last line of the answer is that of all open deals.
            letters = column_letters(SUMMARY + offset + 1)
            cell = f"${letters}$3"
            self.pen.formula(2, SUMMARY + offset, f"=INDEX({self.area(SUMMARY + offset)},COUNTA({self.area(SUMMARY)}))",
                             self.computed.summary[-1][offset], self.pen.cell_style("money" if offset > 1 else "number", bold=True))
            self.totals[name] = cell
        self.money(SUMMARY + 2)
        self.money(SUMMARY + 3)

    def _spill(self, column: int, key: str, formula: str, table: list[list[object]], kinds: Sequence[str]) -> None:
        self.heading(column, key, len(kinds))
        header = [self.pen.formats.header("text")] * len(kinds)
        self.pen.spill(HEAD, column, formula, table, [header, [self.style(kind) for kind in kinds]])
        self.pen.sheet.set_column(column, column, 22)
        self.pen.sheet.set_column(column + 1, column + len(kinds) - 1, 13)

    def funnel(self) -> None:
        """The open stages in the funnel's order, with what stands in each and what the ideal funnel asks for."""
        pen, texts, rows = self.pen, self.pen.texts, self.computed.funnel
        self.heading(FUNNEL, "book.dash.chart.funnel", 6)
        self.titles(FUNNEL, "book.dash.stage", "book.dash.deals", "book.dash.weighted", "book.dash.spacer", "field.stages.probability",
                    "book.dash.months")
        column = {name: f"Stages[{texts.say(f'field.stages.{name}')}]" for name in ("stage", "kind", "probability", "expected_days")}
        head = f"ROW(Stages[[#Headers],[{texts.say('field.stages.stage')}]])"
        letters = [column_letters(FUNNEL + at + 1) for at in range(6)]
        widest = max((row["deals"] for row in rows), default=0)
        for at in range(STAGES):
            line, row = FIRST + 1 + at, rows[at] if at < len(rows) else None
            place = f"SMALL(IF(COUNTIF(FunnelWord_open,{column['kind']})>0,ROW({column['stage']})-{head}),{at + 1})"
            pen.array(FIRST + at, FUNNEL, f'{{=IFERROR(INDEX({column["stage"]},{place}),"")}}', row["stage"] if row else "",
                      self.style("text"))
            name = f"${letters[0]}{line}"
            days = f"INDEX({column['expected_days']},MATCH({name},{column['stage']},0))"
            deals = f"${letters[1]}${FIRST + 1}:${letters[1]}${FIRST + STAGES}"
            formulas = (
                (f"SUMIF({self.area(SUMMARY)},{name},{self.area(SUMMARY + 1)})", "deals", "number"),
                (f"SUMIF({self.area(SUMMARY)},{name},{self.area(SUMMARY + 3)})", "weighted", "money"),
                (f"(MAX({deals})-{letters[1]}{line})/2", "spacer", "number"),
                (f"INDEX({column['probability']},MATCH({name},{column['stage']},0))", "probability", "share"),
                (f"IF(N({days})>0,{days}*12/365,1)", "months", "number"),
            )
            for offset, (formula, key, kind) in enumerate(formulas, 1):
                value = "" if row is None else (widest - row["deals"]) / 2 if key == "spacer" else row[key]
                pen.formula(FIRST + at, FUNNEL + offset, f'=IF({name}="","",{formula})', value, self.style(kind))
        for offset, key in enumerate(("Stages", "Deals", "Weighted", "Spacers", "Chances", "Months")):
            field = ("stage", "deals", "weighted", None, "probability", "months")[offset]
            self.name(key, FUNNEL + offset, self.stage_count, [row[field] if field else (widest - row["deals"]) / 2 for row in rows])
        self.money(FUNNEL + 2)
        self._ideal()

    def _ideal(self) -> None:
        formula = (f'=IF(AND(N({self.target})>0,N({self.average_order})>0),FUNNEL_IDEAL({self.target},{self.average_order},'
                   f'{self.sheet}!ChartChances,{self.sheet}!ChartMonths,{self.period_months},INDEX(FunnelLanguageCodes,FunnelLanguage)),"")')
        ideal = self.computed.ideal
        kinds = ("number", "share", "number", "number", "money", "number", "money", "money", "number")
        self._spill(IDEAL, "book.dash.ideal", formula, ideal, kinds[:len(ideal[0])])
        self.name("IdealDeals", IDEAL + 5, self.stage_count, [row[5] for row in ideal[1:-1]] if len(ideal) > 1 else [])
        for offset in (4, 6, 7):
            self.money(IDEAL + offset)

    def placements(self) -> None:
        """Open deals by placement; its words are compared in any language, since those of the deals' headings may be another."""
        pen = self.pen
        self.heading(PLACEMENT, "book.dash.by_placement", 3)
        self.titles(PLACEMENT, "book.dash.placement", "book.dash.deals", "book.dash.weighted")
        placement, weighted = computed_column(pen, "placement"), computed_column(pen, "weighted")
        said, worth = self.computed.column("placement"), self.computed.column("weighted")
        sums = []
        for at, place in enumerate(PLACES):
            word = pen.texts.say(f"udf.placement.{place}")
            mine = [value for each, value in zip(said, worth, strict=True) if each == word]
            sums.append(sum(value for value in mine if value != ""))
            is_mine = f"(COUNTIF(FunnelWord_{place},{placement})>0)*1"
            pen.label(FIRST + at, PLACEMENT, f"placement.{place}", self.style("text"))
            pen.formula(FIRST + at, PLACEMENT + 1, f"=SUMPRODUCT({is_mine})", len(mine), self.style("number"))
            pen.formula(FIRST + at, PLACEMENT + 2, f"=SUMPRODUCT({is_mine},{weighted})", sums[-1], self.style("money"))
        self.name("Placements", PLACEMENT, str(len(PLACES)), [pen.texts.say(f"placement.{place}") for place in PLACES])
        self.name("PlacementWeighted", PLACEMENT + 2, str(len(PLACES)), sums)
        self.money(PLACEMENT + 2)

    def owners(self) -> None:
        """Weighted value of each owner, in the order in which they come in the table."""
        pen = self.pen
        self.heading(OWNER, "book.dash.by_owner", 2)
        self.titles(OWNER, "book.dash.owner", "book.dash.weighted")
        owner, weighted = f"Deals[{pen.texts.say('field.owner')}]", computed_column(pen, "weighted")
        owners = [row.get("owner") for row in self.contents.tables["Deals"]]
        worth = self.computed.column("weighted")
        found = list(dict.fromkeys(each for each in owners if each))[:OWNERS]
        sums = [sum(value for each, value in zip(owners, worth, strict=False) if each == one and value != "") for one in found]
        letters = column_letters(OWNER + 1)
        for at in range(OWNERS):
            above = f"${letters}${HEAD + 1}:${letters}{FIRST + at}"
            pen.array(FIRST + at, OWNER, f'{{=IFERROR(INDEX({owner},MATCH(0,COUNTIF({above},{owner})+({owner}=""),0)),"")}}',
                      found[at] if at < len(found) else "", self.style("text"))
            name = f"${letters}{FIRST + at + 1}"
            pen.formula(FIRST + at, OWNER + 1, f'=IF({name}="","",SUMIF({owner},{name},{weighted}))', sums[at] if at < len(sums) else "",
                        self.style("money"))
        count = f"SUMPRODUCT(({self.sheet}!{self.area(OWNER)}<>\"\")*1)"
        self.name("Owners", OWNER, count, found)
        self.name("OwnerWeighted", OWNER + 1, count, sums)
        self.money(OWNER + 1)

    def months(self) -> None:
        """Weighted value by month of close: what is overdue, this month and those after it, and the rest."""
        pen = self.pen
        self.heading(MONTH, "book.dash.by_month", 3)
        self.titles(MONTH, "book.dash.month", "book.dash.from", "book.dash.weighted")
        close, weighted = f"Deals[{pen.texts.say('field.close_date')}]", computed_column(pen, "weighted")
        as_of, letters = self.contents.as_of, [column_letters(MONTH + at + 1) for at in range(3)]
        dates = [row.get("close_date") for row in self.contents.tables["Deals"]]
        worth = [(day if isinstance(day, dt.date) else None, value)
                 for day, value in zip(dates, self.computed.column("weighted"), strict=False) if value != ""]
        labels, sums = [pen.texts.say("book.dash.overdue")], [sum(value for day, value in worth if day and day < as_of)]
        pen.label(FIRST, MONTH, "book.dash.overdue", self.style("text"))
        pen.formula(FIRST, MONTH + 2, f'=SUMIFS({weighted},{close},"<"&FunnelAsOf)', sums[0], self.style("money"))
        for at in range(1, MONTHS + 1):
            line = FIRST + at + 1
            start = as_of if at == 1 else as_of.replace(day=1) + relativedelta(months=at - 1)
            end = as_of.replace(day=1) + relativedelta(months=at)
            labels.append(f"{start.year}-{start.month:02}")
            sums.append(sum(value for day, value in worth if day and start <= day < end))
            begin = "=FunnelAsOf" if at == 1 else f"=DATE(YEAR(FunnelAsOf),MONTH(FunnelAsOf)+{at - 1},1)"
            pen.formula(FIRST + at, MONTH + 1, begin, start, self.style("date"))
            pen.formula(FIRST + at, MONTH, f'=YEAR({letters[1]}{line})&"-"&RIGHT("0"&MONTH({letters[1]}{line}),2)', labels[-1],
                        self.style("text"))
            pen.formula(FIRST + at, MONTH + 2, f'=SUMIFS({weighted},{close},">="&{letters[1]}{line},{close},'
                        f'"<"&DATE(YEAR(FunnelAsOf),MONTH(FunnelAsOf)+{at},1))', sums[-1], self.style("money"))
        last = FIRST + MONTHS + 1
        labels.append(pen.texts.say("book.dash.later"))
        sums.append(sum(value for _, value in worth) - sum(sums))
        pen.label(last, MONTH, "book.dash.later", self.style("text"))
        pen.formula(last, MONTH + 2, f"=SUM({weighted})-SUM({letters[2]}{FIRST + 1}:{letters[2]}{last})", sums[-1], self.style("money"))
        self.name("MonthNames", MONTH, str(MONTHS + 2), labels)
        self.name("MonthWeighted", MONTH + 2, str(MONTHS + 2), sums)
        self.money(MONTH + 2)

    # charts

    def charts(self) -> None:
        self._chart(0, 0, "funnel", "bar", "stacked", "Stages", (("Spacers", None), ("Deals", "strong")))
        self._chart(0, 1, "ideal", "bar", "clustered", "Stages", (("IdealDeals", "light"), ("Deals", "strong")),
                    ("book.dash.needed", "book.dash.actual"))
        self._chart(1, 0, "month", "column", "clustered", "MonthNames", (("MonthWeighted", "strong"),))
        self._chart(1, 1, "placement", "bar", "clustered", "Placements", (("PlacementWeighted", "middle"),))
        self._chart(2, 0, "owner", "bar", "clustered", "Owners", (("OwnerWeighted", "strong"),))
        self._chart(2, 1, "conversion", "column", "clustered", "Stages", (("Rates", "middle"),))

    def _chart(self, row: int, column: int, name: str, kind: str, subtype: str, categories: str,
               series: Sequence[tuple[str, str | None]], titles: Sequence[str] = ()) -> None:
        pen = self.pen
        chart = pen.book.add_chart({"type": kind, "subtype": subtype})
        font = {"name": pen.formats.font, "size": 9, "color": INK}
        label = {"value": True, "font": {**font, "color": "#FFFFFF"} if name == "funnel" else font,
                 "num_format": "0%" if name == "conversion" else "#,##0"}
        for at, (values, tone) in enumerate(series):
            chart.add_series({
                "categories": f"={self.sheet}!Chart{categories}", "values": f"={self.sheet}!Chart{values}",
                "categories_data": self.values[categories], "values_data": self.values[values],
                **({"name": "=" + pen.texts.cell(titles[at])} if titles else {}),
                "fill": {"color": TONES[tone]} if tone else {"none": True}, "border": {"none": True}, "gap": 40,
                **({"data_labels": label} if tone and name in LABELLED else {}),
            })
        key = f"book.dash.chart.{name}"
        chart.set_title({"name": "=" + pen.texts.cell(key), "name_font": {**font, "size": 11, "bold": True}, "overlay": False})
        chart.set_legend({"position": "bottom", "font": font} if titles else {"none": True})
        lying = kind == "bar"
        set_categories, set_values = (chart.set_y_axis, chart.set_x_axis) if lying else (chart.set_x_axis, chart.set_y_axis)
        category_font = {**font, "rotation": -45} if name == "month" else font
        set_categories({"num_font": category_font, "reverse": lying, "line": {"color": LINE}, "major_gridlines": {"visible": False}})
        money = WAN if self.contents.settings["unit"] == WAN_UNIT and name in MONEY_CHARTS else "#,##0"
        hidden = {"visible": False} if name == "funnel" else {"num_format": "0%" if name == "conversion" else money}
        set_values({"num_font": {**font, "color": GREY}, "major_gridlines": {"visible": name != "funnel", "line": {"color": LINE}},
                    "line": {"none": True}, **hidden})
        chart.set_chartarea({"border": {"color": LINE}, "fill": {"color": "#FFFFFF"}})
        chart.set_size({"width": CHART_WIDTH - 10, "height": CHART_HEIGHT - 10})
        pen.sheet.insert_chart(HEAD + row * CHART_ROWS, 0, chart, {
            "x_offset": column * CHART_WIDTH, "description": pen.texts.say(key), "object_position": 3})


def _or_empty(number: float) -> object:
    return number if number == number else ""
