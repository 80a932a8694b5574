"""Where the deals stand in a sheet: headers, titles, notes, totals, two-storey headings, several tables, what is asked for."""

import datetime as dt

import pytest

from funnel_xl.errors import SourceError
from funnel_xl.sales.grid import CellError, Sheet, Source, Table
from funnel_xl.wording import LANGUAGES, sentence
from tests.sales.tables import Rows, answers_of, book, codes, column, csv_file, deals_of, plain_sheet, those

HEADER = ["Account", "Stage", "Amount", "Close date"]
ACME, BOLT = ["Acme", "Proposal", 100, "2026-05-01"], ["Bolt", "Lead", 50, "2026-06-01"]


def accounts(rows: Rows, **asked: object) -> tuple[list[str], list[str]]:
    """(the accounts that were read as deals, the codes of what was said) of a sheet without a table."""
    deals = deals_of(plain_sheet(rows), **asked)
    return deals.table["account"].tolist(), codes(deals)


def refusal(source: Source, **asked: object) -> str:
    """What is said where deals can't be read; it can be said in every language."""
    with pytest.raises(SourceError) as raised:
        deals_of(source, **asked)
    assert all(sentence(raised.value, language) for language in LANGUAGES)
    return str(raised.value)


def test_titles_empty_rows_and_totals_above_the_header_are_no_deals():
    rows = [["Pipeline of team North"], [], ["Total", None, 150], ["as of", dt.datetime(2026, 3, 31)], [], HEADER, ACME, BOLT]
    deals = deals_of(plain_sheet(rows))
    assert deals.table["account"].tolist() == ["Acme", "Bolt"] and codes(deals) == []
    assert (deals.where(0, "stage"), deals.where(1, "close_date")) == ("Deals!B7", "Deals!D8")


@pytest.mark.parametrize("total", ["Total", "Grand Total", "Subtotal:", "合计", "合計：", "總計", "小计"])
def test_totals_are_no_deals_and_that_is_noted(total):
    assert accounts([HEADER, ACME, [total, None, 100], BOLT, [total, None, 150]]) == (["Acme", "Bolt"], ["rows.total"])
    note = those(deals_of(plain_sheet([HEADER, ACME, [total, None, 100], BOLT, [total, None, 150]])), "rows.total")[0]
    assert note.details == {"rows": "3, 5", "count": 2}


def test_a_total_is_told_by_its_first_filled_cell():
    rows = [["Deal ID", "Account", "Stage", "Amount"], ["1", "Acme", "Lead", 5], [None, "Total", None, 5]]
    assert accounts(rows) == (["Acme"], ["rows.total"])
    deals = deals_of(csv_file([["Account", "Stage", "Amount"], ["Acme", "Lead", "5"], ["", "Total", "5"]], "d.csv"))
    assert len(deals.table) == 2        # a stage stands there: a deal without an account
    deals = deals_of(csv_file([["Deal ID", "Account", "Stage", "Amount"], ["1", "Acme", "Lead", "5"], ["", "Total", "", "5"]], "d.csv"))
    assert deals.table["account"].tolist() == ["Acme"]


def test_a_customer_called_total_in_a_stage_is_a_deal():
    assert accounts([HEADER, ["Total", "Lead", 5, None], ["Total Energies", "Lead", 5, None]])[0] == ["Total", "Total Energies"]


def test_notes_below_the_deals_are_left_out_and_named():
    rows = [HEADER, ACME, BOLT, [], ["All prices without tax"], ["Checked by", "Ann"], [None, None, None, None], ["Total", None, 150]]
    read, said = accounts(rows)
    assert (read, sorted(said)) == (["Acme", "Bolt"], ["rows.note", "rows.total"])
    assert those(deals_of(plain_sheet(rows)), "rows.note")[0].details == {"rows": "5, 6", "count": 2}


def test_a_poor_row_between_deals_is_a_deal_for_none_is_ever_dropped():
    assert accounts([HEADER, ACME, ["Cord"], BOLT])[0] == ["Acme", "Cord", "Bolt"]
    assert accounts([HEADER, ACME, [], ["Cord"], [], BOLT])[0] == ["Acme", "Cord", "Bolt"]


def test_a_deal_after_an_empty_row_is_known_by_its_figures_or_its_stage():
    assert accounts([HEADER, ACME, [], ["Cord", "Proposal"]])[0] == ["Acme", "Cord"]         # Acme stands there too
    assert accounts([HEADER, ACME, [], ["Cord", None, 5]])[0] == ["Acme", "Cord"]


def test_a_header_that_is_printed_again_is_no_deal():
    assert accounts([HEADER, ACME, HEADER, BOLT]) == (["Acme", "Bolt"], ["rows.header_again"])


def test_a_table_says_itself_where_it_ends_and_every_row_of_it_is_a_deal():
    rows = [HEADER, ACME, [None] * 4, ["Total", None, 5, None], ["note", None, None, None]]
    assert deals_of(book({"Deals": rows})).table["account"].tolist() == ["Acme", "Total", "note"]


def test_a_tables_totals_row_is_no_deal():
    sheet = Sheet("S", [HEADER, ACME, ["Total", None, 100, None]])
    source = Source("T.xlsx", "T.xlsx", ("S",), {"S": (Table("Deals", 1, 3, 1, 4, totals_rows=1),)}, {"S": sheet}.__getitem__)
    assert deals_of(source).table["account"].tolist() == ["Acme"]


def test_a_header_in_row_40_is_found():
    deals = deals_of(plain_sheet([*[[None]] * 39, HEADER, ACME]))
    assert deals.where(-1, "stage") == "Deals!B40" and deals.where(0, "stage") == "Deals!B41"


def test_a_table_that_does_not_begin_in_the_first_column_keeps_its_cells():
    rows = [[], [None, None, *HEADER], [None, None, *ACME]]
    deals = deals_of(plain_sheet(rows))
    assert deals.where(0, "account") == "Deals!C3" and deals.table["amount"].tolist() == [100]


def test_headings_of_two_storeys_are_read_by_their_merged_cells():
    """Account over both rows, Money over Amount and Budget, Dates over two dates."""
    rows = [["Account", "Money", None, "Dates", None], [None, "Amount", "Budget", "Close date", "Created"],
            ["Acme", 100, 90, "2026-05-01", "2026-01-01"]]
    deals = deals_of(plain_sheet(rows, merged=((1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5))))
    assert deals.columns == {"account": 0, "amount": 1, "budget": 2, "close_date": 3, "created": 4}
    assert deals.table["account"].tolist() == ["Acme"] and deals.where(0, "amount") == "Deals!B3"


def test_a_group_row_above_the_header_is_no_header():
    rows = [["Customer", None, "Money", None], ["Account", "Stage", "Amount", "Budget"], ["Acme", "Lead", 100, 90]]
    deals = deals_of(plain_sheet(rows, merged=((1, 1, 1, 2), (1, 3, 1, 4))))
    assert deals.where(-1, "amount") == "Deals!C2" and len(deals.table) == 1


@pytest.mark.parametrize("above", [["Please write the stage and the amount of your deals here", "and nothing else"], ["Stage", "x"],
                                   ["Amount: whole money", "Stage: see below"], ["Owner", "Ann"]])
def test_text_that_only_looks_like_a_header_is_none(above):
    assert accounts([above, HEADER, ACME])[0] == ["Acme"]


def test_of_two_headers_the_one_that_names_more_is_taken():
    assert accounts([["Stage", "Amount"], ["Lead", 3], [], HEADER, ACME])[0] == ["Acme"]


@pytest.mark.parametrize("rows", [
    [], [[]], [["foo", "bar"], [1, 2]], [["Account"], ["Acme"]], [["Note", "Date"], ["x", "y"]], [[1, 2], [3, 4]],
])
def test_no_header_is_refused_with_what_was_seen(rows):
    said = refusal(plain_sheet(rows))
    assert said.startswith("Team.xlsx: no header") and "--map" in said


def test_a_header_without_deals_is_an_empty_table_and_no_error():
    answers = answers_of(plain_sheet([HEADER]))
    assert len(answers.deals.table) == 0 and answers.summary.deals == 0 and answers.findings == ()


def test_a_sheet_with_one_deal_and_one_with_empty_cells_only_are_read():
    assert len(answers_of(plain_sheet([HEADER, ACME])).computed) == 1
    assert len(answers_of(plain_sheet([HEADER, [None] * 4, ["", " ", None, "-"]])).computed) == 0


@pytest.mark.parametrize(("first", "second", "field"), [("Amount", "Expected amount", "amount"), ("Stage", "Deal stage", "stage"),
                                                        ("Close date", "Expected close", "close_date")])
def test_two_columns_that_claim_one_field_are_refused_and_map_decides(first, second, field):
    rows = [["Account", first, second], ["Acme", "1", "2"]]
    said = refusal(plain_sheet(rows))
    assert f"“{first}” and “{second}” both claim" in said and f'--map "{first}={field}"' in said
    deals = deals_of(plain_sheet(rows), mapping={second: field})
    assert deals.columns[field] == 2 and deals.carried[first] == ["1"]


def test_the_stronger_of_two_headings_is_taken_and_the_other_carried_along():
    deals = deals_of(plain_sheet([["Account", "Amount", "Expected Revenue"], ["Acme", 100, 75]]))
    assert deals.columns["amount"] == 1 and deals.carried == {"Expected Revenue": [75]} and "column.double" in codes(deals)


def test_what_is_not_recognised_travels_along_untouched():
    raw = [dt.datetime(2026, 1, 1), "=1+1", CellError("#N/A"), 7.5]
    rows = [["Account", "Amount", "Mood", "Colour"], *(["Acme", 1, cell, None] for cell in raw)]
    deals = deals_of(plain_sheet(rows))
    assert deals.carried == {"Mood": raw, "Colour": [None] * 4}
    assert those(deals, "columns.carried")[0].value == "Mood, Colour"


def test_columns_without_a_heading_are_kept_where_they_hold_something():
    deals = deals_of(plain_sheet([["Account", None, "Amount", None, "Stage"], ["Acme", "left over", 1, None, "Lead"]]))
    assert deals.carried == {"Column 2": ["left over"]}


def test_headings_twice_unrecognised_are_both_kept():
    deals = deals_of(plain_sheet([["Account", "Amount", "Mood", "Mood"], ["Acme", 1, "good", "bad"]]))
    assert list(deals.carried.values()) == [["good"], ["bad"]]


def test_map_stands_above_what_would_be_recognised():
    rows = [["Client co", "Deal sz", "Amount", "Stage"], ["Acme", 7, 100, "Lead"]]
    deals = deals_of(plain_sheet(rows), mapping={"Client co": "account", "DEAL SZ": "amount"})
    assert deals.columns == {"account": 0, "amount": 1, "stage": 3} and deals.carried == {"Amount": [100]}


def test_map_makes_a_header_of_what_nothing_else_shows():
    assert deals_of(plain_sheet([["foo", "bar"], ["Acme", 7]]), mapping={"foo": "account", "bar": "amount"}).table["amount"].tolist() == [7]


@pytest.mark.parametrize(("mapping", "says"), [({"Nope": "amount"}, "no heading “Nope”"), ({"Account": "money"}, "no field “money”")])
def test_a_map_that_names_what_is_not_there_is_refused(mapping, says):
    assert says in refusal(plain_sheet([HEADER, ACME]), mapping=mapping)


def test_the_table_named_deals_comes_first_in_any_language():
    assert deals_of(book({"A": [HEADER, ACME, ACME], "Deals": [["Account", "Amount"], ["Bolt", 1]]})).table["account"].tolist() == ["Bolt"]
    assert deals_of(book({"A": [HEADER, ACME, ACME], "商機": [["Account", "Amount"], ["Bolt", 1]]})).table["account"].tolist() == ["Bolt"]


def test_of_two_tables_alike_the_first_is_read_and_the_other_named():
    two = book({"North": [HEADER, ACME], "South": [HEADER, BOLT]})
    deals = deals_of(two)
    assert deals.table["account"].tolist() == ["Acme"] and those(deals, "tables.others")[0].details == {"others": "South"}


def test_table_and_sheet_say_which_is_meant():
    two = book({"North": [HEADER, ACME], "South": [HEADER, BOLT]})
    assert deals_of(two, table="south").table["account"].tolist() == deals_of(two, sheet="SOUTH").table["account"].tolist() == ["Bolt"]
    assert "Tables found: North (North), South (South)" in refusal(two, table="West")
    assert "Sheets found: North, South" in refusal(two, sheet="West")


def test_two_tables_on_one_sheet_are_told_apart():
    sheet = Sheet("S", [[*HEADER, None, "Account", "Amount"], [*ACME, None, "Bolt", 5]])
    tables = (Table("Left", 1, 2, 1, 4), Table("Right", 1, 2, 6, 7))
    source = Source("T.xlsx", "T.xlsx", ("S",), {"S": tables}, {"S": sheet}.__getitem__)
    assert deals_of(source).table["account"].tolist() == ["Acme"]
    assert deals_of(source, table="Right").table["amount"].tolist() == [5]


def test_companion_tables_are_never_taken_for_the_deals():
    sheets = {"Buyers": [["deal", "name", "title", "types", "rating"], ["Acme", "Boss", "VP", "E", 3]],
              "List": [["Account", "Amount"], ["Acme", 1]]}
    assert deals_of(book(sheets)).table["account"].tolist() == ["Acme"]
    assert deals_of(book(sheets, tables=False)).buyers["deal"].tolist() == [0]


def test_hidden_rows_are_counted_and_that_is_said():
    deals = deals_of(plain_sheet([HEADER, ACME, BOLT], hidden=1))
    assert len(deals.table) == 2 and those(deals, "rows.hidden")[0].details == {"count": 1}


def test_a_formula_without_a_stored_value_is_found_where_it_stands():
    deals = deals_of(plain_sheet([HEADER, ["Acme", "Lead", None, None]], uncached=frozenset({(2, 3)})))
    assert [(each.code, each.where, each.column) for each in deals.findings] == [("formula.no_value", "Deals!C2", "amount")]


def test_an_accounts_column_of_numbers_gives_way_to_the_names_beside_it():
    deals = deals_of(plain_sheet([["Account", "Name", "Amount"], [714466, "Trantow-Barrows", 30000]]))
    assert deals.table["account"].tolist() == ["Trantow-Barrows"] and "column.account_by_name" in codes(deals)


@pytest.mark.parametrize(("header", "language"), [(["Account", "Stage"], "en"), (["客户名称", "当前阶段"], "zh-Hans"),
                                                  (["客戶名稱", "當前階段"], "zh-Hant")])
def test_the_headings_tell_the_language(header, language):
    assert deals_of(plain_sheet([header, ["Acme", "x"]])).language == language


def test_a_sheets_name_with_a_space_or_a_quote_is_quoted_as_excel_does():
    deals = deals_of(book({"Bob's deals": [HEADER, ["Acme", "Lead", "much", None]]}))
    assert deals.findings[0].where == "'Bob''s deals'!C2"


def test_a_csv_files_cells_are_named_by_their_lines():
    deals = deals_of(csv_file([HEADER, ["Acme", "Lead", "much", ""]]))
    assert deals.findings[0].where == "deals.csv line 2"


def test_upper_case_spaces_and_brackets_in_headings_make_no_difference():
    assert deals_of(plain_sheet([["  ACCOUNT NAME ", "deal_stage", "Close  Date*"], ["Acme", "Lead", None]])).columns == {
        "account": 0, "stage": 1, "close_date": 2}


@pytest.mark.parametrize(("heading", "field"), [
    ("產(chǎn)品", "product"), ("階（jiē）段", "stage"), ("客戶(hù)名稱", "account"), ("客户 名称", "account"),
    ("預計成交金額(USD)", "amount"),
])
def test_what_converters_leave_between_chinese_characters_is_passed_over(heading, field):
    deals = deals_of(plain_sheet([["Deal ID", "Owner", heading], ["1", "Ann", "5"]]))      # R18
    assert deals.columns[field] == 2


def test_a_column_of_the_builder_is_read():
    assert deals_of(column("Amount", 5)).table["amount"].tolist() == [5]


@pytest.mark.parametrize("heading", ["Deal #", "Deal#", "Opp #"])
def test_a_number_sign_stands_for_number_in_the_deals_and_beside_them(heading):
    rows = {"Deals": [[heading, "Account", "Stage"], ["N-1", "Acme", "Lead"], ["N-2", "Acme", "Lead"]],
            "Actions": [[heading, "Action", "Due"], ["N-2", "Call", "2026-04-01"]]}
    deals = deals_of(book(rows))
    assert deals.table["id"].tolist() == ["N-1", "N-2"] and deals.companions.table("Actions")["deal"].tolist() == [1]
