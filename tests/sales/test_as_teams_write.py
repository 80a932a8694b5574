"""What teams really keep: subtotals of each rep, CRM footers, mixed number forms, names spelt in two ways, owners merged downwards."""

from funnel_xl.sales.finding import Finding, message
from funnel_xl.wording import words
from tests.sales.tables import csv_file, deals_of, those

HEADER = ["Account", "Stage", "Amount", "Close date"]


def test_a_note_about_a_column_of_a_csv_file_names_its_heading():
    deals = deals_of(csv_file([HEADER, ["Acme", "Proposal", 100, "31/05/2026"]]))
    said = message(those(deals, "date.order_dmy")[0], words("en"))
    assert said.startswith("deals.csv line 1 “Close date”: dates are read as day/month/year")


def test_a_whole_number_is_said_as_it_was_typed():
    finding = Finding("competition.off_grid", "warning", "Deals!H9", "competition", 60.0)
    assert "60.0" not in message(finding, words("en")) and "60" in message(finding, words("en"))
