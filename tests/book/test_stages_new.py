"""A table Stages for a workbook that has none: nothing foreign changes, every reader finds it, and it is the user's from then on."""

import random
import shutil

import fidelity
import openpyxl
import pytest
import stage_books as s
import team_books as t
from python_calamine import CalamineWorkbook
from test_place_hosts import KINDS, UNREADABLE

from funnel_xl.book.ours import own_sheets
from funnel_xl.book.package import Package
from funnel_xl.book.plan import carry_out
from funnel_xl.book.remove import plan_removal
from funnel_xl.book.source import open_source
from funnel_xl.book.stages import planned_stages
from funnel_xl.errors import FunnelError
from funnel_xl.sales.answers import answer
from funnel_xl.sales.deals import read_deals
from funnel_xl.sales.stage import preset
from funnel_xl.wording import LANGUAGES
from tests.conftest import SHARED
from tests.sales.tables import AS_OF, codes

CORPUS = sorted(file for file in (SHARED / "corpus").glob("*.xl[st]*") if file.stat().st_size < 40_000)
SAMPLE = random.Random(5).sample(CORPUS, min(12, len(CORPUS)))


@pytest.fixture
def deals(tmp_path):
    """Deals in plain cells, and no table of stages."""
    path = tmp_path / "Team.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Deals"
    for row in (["id", "account", "stage", "amount"], [1, "Acme", "Lead", 100], [2, "Bolt", "Negotiation", 300]):
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("file", SAMPLE, ids=lambda file: file.name)
def test_a_workbook_that_excel_wrote_loses_nothing(shared, tmp_path, file):
    host = tmp_path / ("host" + file.suffix)
    shutil.copyfile(file, host)
    try:
        placed = s.write(host, "saas")
    except FunnelError as reason:
        assert host.read_bytes() == file.read_bytes()
        assert reason.key.startswith(("error.file.", "error.book."))     # what no sheet can be put into: strict, shared, signed
        return
    assert fidelity._losses(t.parts(file), t.parts(host)) == []
    old, new = fidelity._values(file), fidelity._values(host)
    assert {reader: {name: cells for name, cells in new[reader].items() if name != placed.sheet} for reader in old} == old
    assert s.errors(host) <= s.errors(file)
    assert [stage.name for stage in s.read(host).stages] == [stage.name for stage in preset("saas")]
    for reader in old:
        assert "Negotiation" in new[reader][placed.sheet]


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_book_of_every_kind_takes_the_table(tmp_path, kind):
    host = t.with_parts(t.team(tmp_path / "Team.xlsx"), kind)
    before, wrong = t.parts(host), s.errors(host)
    s.write(host)
    after = t.parts(host)
    assert all(after[name] == data for name, data in before.items() if name not in t.LISTS)
    assert all(t.only_gains(before[name], after[name]) for name in t.LISTS if name in before)
    assert s.errors(host) <= wrong
    if kind not in UNREADABLE:
        book = openpyxl.load_workbook(host)
        assert book.sheetnames == ["Pipeline", "Targets", "Stages"]
        assert book["Stages"].tables["Stages"].ref == "A3:L9"
        assert book["Stages"]["C4"].number_format == "0%"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_written_is_read_back_and_decides_the_answers(deals, language):
    s.write(deals, "saas", language=language)
    found = answer(read_deals(open_source(deals), AS_OF), AS_OF)
    assert found.stages_from == "book" and "stages.book" in codes(found)
    assert repr(found.stages) == repr(preset("saas", language))     # as text, for an empty cell is NaN
    assert [finding.code for finding in s.read(deals).findings] == []
    if language == "en":
        assert found.computed["probability"].tolist() == [0.1, 0.75]


def test_openpyxl_and_calamine_read_the_table(deals):
    s.write(deals, "saas")
    sheet = openpyxl.load_workbook(deals)["Stages"]
    assert [sheet["A4"].value, sheet["B4"].value, sheet["C4"].value, sheet["D4"].value] == ["Lead", "Open", 0.1, "Above the funnel"]
    rows = CalamineWorkbook.from_path(deals).get_sheet_by_name("Stages").to_python()
    assert rows[2][:3] == ["Stage", "Kind", "Win probability"] and rows[6][0] == "Negotiation"


def test_drop_downs_offer_the_words_of_the_columns(deals):
    s.write(deals, "saas", language="zh-Hant")
    offered = {str(each.sqref): each.formula1 for each in openpyxl.load_workbook(deals)["階段"].data_validations.dataValidation}
    assert offered == {"B4:B10": '"進行中,得標,失單,售後"', "D4:D10": '"漏斗上,漏斗中,漏斗底"', "J4:J10": '"任一滿足,全部滿足"'}


def test_the_sheet_is_the_users_and_never_leaves_with_ours(deals, tmp_path):
    before = t.parts(deals)
    s.write(deals)
    assert own_sheets(Package(deals)) == ()
    table = t.parts(deals)[t.sheet_part(deals, "Stages")]
    t.put(deals, t.drawn(tmp_path / "pack.xlsx", t.index_sheet(to=())))
    carry_out(plan_removal(deals))
    assert t.sheet_names(deals) == ["Deals", "Stages"]
    assert t.parts(deals)[t.sheet_part(deals, "Stages")] == table
    assert all(t.parts(deals)[name] == data for name, data in before.items() if name not in t.LISTS)


def test_stages_that_come_after_our_sheets_stay_when_those_leave(deals, tmp_path):
    wrong = s.errors(deals)
    t.put(deals, t.drawn(tmp_path / "pack.xlsx", t.index_sheet(to=())))
    s.write(deals)
    carry_out(plan_removal(deals))
    assert t.sheet_names(deals) == ["Deals", "Stages"]
    assert s.errors(deals) <= wrong
    assert s.names(deals) == [stage.name for stage in preset("s1")]


def test_a_sheet_of_that_name_stays_and_the_new_one_takes_another(tmp_path):
    host = t.team(tmp_path / "Team.xlsx", ("Pipeline", "stages"))
    assert s.write(host).sheet == "Stages (2)"
    assert t.sheet_names(host) == ["Pipeline", "stages", "Stages (2)"]
    assert s.names(host)[0] == "Nurturing / identification"


def test_a_name_that_is_taken_gives_way_to_another_that_is_read_as_well(tmp_path):
    host = t.team(tmp_path / "Team.xlsx")
    t.with_parts(host, lambda content: t.replace(content, "xl/workbook.xml", 'name="Rate"', 'name="Stages"'))
    assert s.write(host).table == "Stage_Table"
    assert s.errors(host) == set()
    assert len(s.names(host)) == 6


def test_a_dry_run_says_what_is_added_and_writes_nothing(deals):
    before = deals.read_bytes()
    with planned_stages(deals, preset("s1"), language="en") as placed:
        verbs = {(step.verb, step.part) for step in placed.plan.steps}
    assert deals.read_bytes() == before
    assert {("add", "/xl/worksheets/sheet2.xml"), ("add", "/xl/tables/table1.xml"), ("change", "/xl/workbook.xml")} <= verbs


def test_dates_of_1904_do_no_harm(tmp_path):
    host = t.team(tmp_path / "Team.xlsx", date_1904=True)
    s.write(host)
    assert len(s.names(host)) == 6


def test_a_book_that_is_open_in_excel_is_left_alone(deals):
    deals.with_name("~$Team.xlsx").write_bytes(b"")
    assert s.refused(deals) == "error.book.open"


def test_a_csv_file_takes_no_table(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text("account,stage,amount\nAcme,Lead,5\n", encoding="utf-8")
    assert s.refused(path) == "error.book.none"
