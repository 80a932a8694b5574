"""The CSV exports of four CRMs, their headers as those systems write them: each finds its fields, its stages and its closed deals."""

import pytest

from tests.sales.tables import Rows, answers_of, codes, csv_file, those

SALESFORCE = [
    ["Opportunity Owner", "Account Name", "Opportunity Name", "Stage", "Fiscal Period", "Amount", "Expected Revenue",
     "Probability (%)", "Age", "Close Date", "Created Date", "Next Step", "Lead Source", "Type"],
    ["Ann", "Acme", "Acme - PMD", "Proposal/Price Quote", "Q1-2026", "120000", "90000", "75", "31", "4/30/2026",
     "2/28/2026", "Call CFO", "Web", ""],
    ["Ann", "Bolt", "Bolt - PMD", "Qualification", "Q2-2026", "80000", "8000", "10", "20", "6/30/2026", "3/11/2026", "", "Web", ""],
    ["Bob", "Cord", "Cord - PMD", "Closed Won", "Q1-2026", "50000", "50000", "100", "60", "3/1/2026", "1/1/2026", "", "", ""],
    ["Bob", "Dune", "Dune - PMD", "Closed Lost", "Q1-2026", "10000", "0", "0", "30", "3/2/2026", "2/1/2026", "", "", ""],
]
HUBSPOT = [
    ["Record ID", "Deal Name", "Deal Stage", "Amount", "Close Date", "Create Date", "Deal owner", "Pipeline", "Associated Company",
     "Deal probability", "Weighted amount", "Last Activity Date", "Associated Contact"],
    ["11", "Acme PMD", "Contract Sent", "120000", "2026-04-30 12:00", "2026-02-28 09:00", "Ann", "Sales Pipeline",
     "Acme", "0.9", "108000", "", ""],
    ["12", "Bolt PMD", "Appointment Scheduled", "80000", "2026-06-30 12:00", "2026-03-11 09:00", "Ann",
     "Sales Pipeline", "Bolt", "0.2", "", "", ""],
    ["13", "Cord PMD", "Closed Won", "50000", "2026-03-01 12:00", "2026-01-01 09:00", "Bob", "Sales Pipeline", "Cord",
     "1", "50000", "", ""],
    ["14", "Dune PMD", "Closed Lost", "10000", "2026-03-02 12:00", "2026-02-01 09:00", "Bob", "Sales Pipeline", "Dune", "0", "0", "", ""],
]
PIPEDRIVE = [
    ["Deal - ID", "Deal - Title", "Deal - Organization", "Deal - Contact person", "Deal - Value",
     "Deal - Currency of Value", "Deal - Stage", "Deal - Status",
     "Deal - Expected close date", "Deal - Deal created", "Deal - Owner", "Deal - Probability",
     "Deal - Weighted value"],
    ["1", "Acme PMD", "Acme", "Bob", "120000", "EUR", "Proposal Made", "Open", "2026-04-30", "2026-02-28 09:00:00", "Ann", "60", "72000"],
    ["2", "Bolt PMD", "Bolt", "Bob", "80000", "EUR", "Qualified", "Open", "2026-06-30", "2026-03-11 09:00:00", "Ann", "10", "8000"],
    ["3", "Cord PMD", "Cord", "Bob", "50000", "EUR", "Negotiations Started", "Won", "2026-03-01", "2026-01-01 09:00:00", "Bob", "", ""],
    ["4", "Dune PMD", "Dune", "Bob", "10000", "EUR", "Proposal Made", "Lost", "2026-03-02", "2026-02-01 09:00:00", "Bob", "", ""],
]
DYNAMICS = [
    ["(Do Not Modify) Opportunity", "(Do Not Modify) Row Checksum", "Topic", "Account", "Est. Revenue",
     "Est. Close Date", "Probability", "Rating", "Status", "Status Reason", "Pipeline Phase", "Owner", "Created On", "Currency"],
    ["g1", "x", "PMD", "Acme", "120000", "4/30/2026", "60", "Hot", "Open", "In Progress", "3-Propose", "Ann",
     "2/28/2026 9:00", "US Dollar"],
    ["g2", "x", "PMD", "Bolt", "80000", "6/30/2026", "10", "Warm", "Open", "In Progress", "1-Qualify", "Ann",
     "3/11/2026 9:00", "US Dollar"],
    ["g3", "x", "PMD", "Cord", "50000", "3/1/2026", "", "Hot", "Won", "Won", "4-Close", "Bob", "1/1/2026 9:00", "US Dollar"],
    ["g4", "x", "PMD", "Dune", "10000", "3/2/2026", "", "Cold", "Lost", "Canceled", "3-Propose", "Bob", "2/1/2026 9:00", "US Dollar"],
]
EXPORTS = {"Salesforce": SALESFORCE, "HubSpot": HUBSPOT, "Pipedrive": PIPEDRIVE, "Dynamics": DYNAMICS}


@pytest.fixture(params=EXPORTS)
def export(request) -> Rows:
    return EXPORTS[request.param]


def test_every_export_gives_the_same_four_deals(export):
    """Acme and Bolt open with 120,000 and 80,000, Cord won 50,000, Dune lost 10,000."""
    answers = answers_of(csv_file(export))
    table = answers.deals.table
    assert table["account"].tolist() == ["Acme", "Bolt", "Cord", "Dune"] and table["owner"].tolist() == ["Ann", "Ann", "Bob", "Bob"]
    assert table["amount"].tolist() == [120_000, 80_000, 50_000, 10_000]
    assert [str(day)[:10] for day in table["close_date"]] == ["2026-04-30", "2026-06-30", "2026-03-01", "2026-03-02"]
    assert [str(day)[:10] for day in table["created"]] == ["2026-02-28", "2026-03-11", "2026-01-01", "2026-02-01"]
    assert answers.computed["kind"].tolist() == ["open", "open", "won", "lost"]
    summary = answers.summary
    assert (summary.won.amount, summary.lost.amount, summary.open.amount) == (50_000, 10_000, 200_000)
    assert (summary.win_rate_count, summary.win_rate_value, summary.cycle_days) == (0.5, pytest.approx(5 / 6), 59)


def test_no_column_of_an_export_is_dropped(export):
    deals = answers_of(csv_file(export)).deals
    assert len(deals.columns) + len(deals.carried) == len(export[0])


def test_a_crms_own_weighted_column_is_never_taken_for_the_amount(export):
    deals = answers_of(csv_file(export)).deals
    assert not {"Expected Revenue", "Weighted amount", "Deal - Weighted value"} & {export[0][at] for at in deals.columns.values()}


@pytest.mark.parametrize(("name", "stages_from"), [("Salesforce", "preset:salesforce"), ("HubSpot", "preset:hubspot"),
                                                   ("Pipedrive", "preset:pipedrive")])
def test_a_crms_stages_are_those_of_its_preset(name, stages_from):
    assert answers_of(csv_file(EXPORTS[name])).stages_from == stages_from


def test_the_status_beside_the_stage_says_which_deals_are_closed():
    """Pipedrive's and Dynamics' won deals keep the stage they were won in: they are counted as won, not under that open step."""
    for export in (PIPEDRIVE, DYNAMICS):
        answers = answers_of(csv_file(export))
        assert "status" in answers.deals.columns
        assert answers.computed["probability"].tolist()[2:] == [1, 0] and answers.computed["weighted"].isna().tolist()[2:] == [True, True]
        assert sum(line.deals for line in answers.summary.stages) == 4


def test_a_deal_lost_in_a_step_that_it_keeps_was_lost_there():
    """Four deals were qualified; Bolt is there, Acme, Cord and Dune came to a proposal, and of these Cord went on, Dune was lost."""
    summary = answers_of(csv_file(PIPEDRIVE)).summary
    through = {each.stage: (each.entered, each.passed, each.here) for each in summary.passages}
    assert through["Qualified"] == (4, 3, 1) and through["Proposal Made"] == (3, 1, 1) and summary.passages_left_out == 0


def test_dynamics_phases_are_ordered_by_their_numbers():
    stages = answers_of(csv_file(DYNAMICS)).stages
    assert [stage.name for stage in stages if stage.kind == "open"] == ["1-Qualify", "3-Propose", "4-Close"]


def test_a_dollar_in_words_and_a_code_are_the_same_currency():
    assert answers_of(csv_file(DYNAMICS)).currency == "USD" and answers_of(csv_file(PIPEDRIVE)).currency == "EUR"


def test_an_export_is_read_without_errors(export):
    answers = answers_of(csv_file(export))
    assert [finding.code for finding in answers.findings if finding.severity == "error"] == []


def test_salesforces_dates_prove_that_the_month_comes_first():
    assert {each.column for each in those(answers_of(csv_file(SALESFORCE)), "date.order_mdy")} == {"close_date", "created"}
    assert "date.undecided" not in codes(answers_of(csv_file(SALESFORCE)))
