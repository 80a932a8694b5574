"""A sheet's description as text, to be read in review and compared with tests/expected/.

    python -m tests.sheets.said     writes the files anew; read the difference before it is committed
"""

import datetime as dt
import math
from pathlib import Path

from funnel_xl.sheets.describe import Beside, Block, Chart, Figures, Form, Heading, Sheet, Table, Text

EXPECTED = Path(__file__).resolve().parent.parent / "expected"


def said(sheet: Sheet) -> str:
    """Everything that the sheet says, block by block."""
    lines = [f"{sheet.name} [{sheet.kind}, {sheet.language}] {sheet.title}", f"  {sheet.subtitle}"]
    for block in sheet.blocks:
        lines += ["", *_block(block)]
    return "\n".join(lines) + "\n"


def _block(block: Block) -> list[str]:
    match block:
        case Heading():
            return [f"== {block.text}"]
        case Text():
            return [block.text or "(space)"]
        case Figures():
            return [f"[{figure.label}] {_value(figure.value)} {figure.look} ({figure.note})" for figure in block.figures]
        case Chart():
            rows = zip(block.categories, *(series.values for series in block.series), strict=True)
            names = ", ".join(f"{series.name} ({series.tone})" for series in block.series)
            labels = [label for series in block.series for label in series.labels]
            return [f"<{block.kind}> {block.title}: {block.category_title} / {block.value_title}; {names}",
                    *("  " + " | ".join(map(_value, row)) for row in rows), *(["  labels: " + ", ".join(labels)] if labels else [])]
        case Beside():
            return [line for chart in block.charts for line in _block(chart)]
        case Table():
            rows = zip(*(column.values for column in block.columns), strict=True)
            totals = [_value(column.total) for column in block.columns]
            return [f"{block.name}: " + " | ".join(f"{column.heading} ({column.look})" for column in block.columns),
                    *("  " + " | ".join(map(_value, row)) for row in rows), *(["  = " + " | ".join(totals)] if any(totals) else [])]
        case Form():
            return [f"form of {len(block.rows)} rows"]


def _value(value: object) -> str:
    if value is None or value != value or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def main() -> None:
    from funnel_xl.sheets.funnel import funnel_sheet
    from tests.sheets.team import answers
    EXPECTED.mkdir(exist_ok=True)
    for language in ("en", "zh-Hant"):
        text = said(funnel_sheet(answers(quota=3_000_000, quota_period="2026-Q2"), language))
        (EXPECTED / f"funnel-{language}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
