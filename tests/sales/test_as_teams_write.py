"""What teams really keep: subtotals of each rep, CRM footers, mixed number forms, names spelt in two ways, owners merged downwards."""

import pytest

from funnel_xl.sales.finding import Finding, message
from funnel_xl.wording import words
from tests.sales.tables import csv_file, deals_of, plain_sheet, those

HEADER = ["Account", "Stage", "Amount", "Close date"]


def test_a_note_about_a_column_of_a_csv_file_names_its_heading():
    deals = deals_of(csv_file([HEADER, ["Acme", "Proposal", 100, "31/05/2026"]]))
    said = message(those(deals, "date.order_dmy")[0], words("en"))
    assert said.startswith("deals.csv line 1 “Close date”: dates are read as day/month/year")


def test_a_whole_number_is_said_as_it_was_typed():
    finding = Finding("competition.off_grid", "warning", "Deals!H9", "competition", 60.0)
    assert "60.0" not in message(finding, words("en")) and "60" in message(finding, words("en"))


@pytest.mark.parametrize("total", ["Ann Total", "Subtotal: Ann", "Total - North", "张三 汇总", "小計：王小明", "王小明小計"])
def test_a_subtotal_of_a_rep_is_not_counted_as_a_deal(total):
    rows = [["Owner", *HEADER], ["Ann", "Acme", "Proposal", 100, "2026-05-01"], [total, None, None, 100, None]]
    deals = deals_of(plain_sheet(rows))
    assert deals.table["amount"].tolist() == [100] and those(deals, "rows.total")[0].details["rows"] == "3"


def test_a_customer_called_total_is_a_deal():
    rows = [HEADER, ["Total Energies", None, 100, "2026-05-01"], ["Sum & Co", "Lead", 50, None], ["Carbon Total", None, 7, "May 2026"]]
    assert deals_of(plain_sheet(rows)).table["account"].tolist() == ["Total Energies", "Sum & Co", "Carbon Total"]
