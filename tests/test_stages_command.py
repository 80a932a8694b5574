"""funnel-xl stages as its user meets it: lists, prints, checks and writes models; exit codes and one-line refusals."""

import csv
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from funnel_xl import cli as door
from funnel_xl.sales.fields import COMPANIONS
from funnel_xl.sales.stage import preset, presets
from funnel_xl.wording import LANGUAGES, words

AS_OF = ("--as-of", "2026-03-31")
DEALS = (("id", "account", "product", "stage", "amount", "close date"), (1, "Acme", "Software", "Lead", 100, "2026-05-01"),
         (2, "Bolt", "Software", "Demo", 200, "2026-05-01"), (3, "Cord", "Hardware", "Qualification", 300, "2026-05-01"),
         (4, "Dune", "Hardware", "Closed won", 400, "2026-02-01"))


@dataclass
class Done:
    code: int
    out: str
    error: str


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command in this process; `speaking` is the language of the user's system."""
    def call(*arguments: object, speaking: str = "en") -> Done:
        monkeypatch.setattr(sys, "argv", ["funnel-xl", *map(str, arguments)])
        monkeypatch.setattr(door, "SPOKEN", speaking)
        monkeypatch.setattr(door, "TEXT", words(speaking))
        with pytest.raises(SystemExit) as ended:
            door.main()
        said = capsys.readouterr()
        return Done(ended.value.code, said.out, said.err)

    return call


@pytest.fixture
def book(tmp_path) -> Path:
    path = tmp_path / "Team deals.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.title = "Deals"
    for row in DEALS:
        workbook.active.append(row)
    workbook.save(path)
    return path


def sheets(path: Path) -> list[str]:
    return openpyxl.load_workbook(path).sheetnames


def test_the_presets_are_listed_with_their_stages(run):
    done = run("stages")
    assert done.code == 0 and all(name in done.out for name in presets())
    record = json.loads(run("stages", "--json", "--language", "zh-Hans").out)
    assert list(record) == list(presets())
    assert [stage["stage"] for stage in record["s1"]["stages"]] == [stage.name for stage in preset("s1", "zh-Hans")]


def test_a_preset_is_printed_with_every_column_that_says_something(run):
    out = run("stages", "saas").out
    empty = ("entry_rule", "least_conversion", "line")
    assert [name for name in COMPANIONS["Stages"] if words("en")[f"field.stages.{name}"] not in out] == [*empty]
    record = json.loads(run("stages", "saas", "--json").out)
    assert record["preset"] == "saas" and {*COMPANIONS["Stages"]} <= record["stages"][0].keys()
    assert record["stages"][0] == {
        "stage": "Lead", "key": "lead", "kind": "open", "placement": "above", "probability": 0.1, "expected_days": 30, "stall_days": 30,
        "least_conversion": None, "entry": "Won by a marketing activity / customer asked",
        "action": "First look at the needs, send the product overview", "output": "Lead score sheet (10 points)", "entry_rule": None,
        "line": None}


def test_a_preset_put_into_a_book_becomes_the_books_own(run, book):
    done = run("stages", "saas", "--into", book)
    assert (done.code, done.error) == (0, "")
    assert "7 stages of “saas” in the table Stages on the sheet “Stages”" in done.out and "Team deals.xlsx.bak" in done.out
    assert sheets(book) == ["Deals", "Stages"]
    assert "the stages are those of the book's own table" in run("check", book, *AS_OF).out
    assert json.loads(run("summary", book, *AS_OF, "--json").out)["stages_from"] == "book"


def test_the_book_speaks_its_own_language_unless_another_is_asked_for(run, tmp_path):
    def chinese(name: str) -> Path:
        workbook = openpyxl.Workbook()
        for row in (["客户名称", "当前阶段", "预计成交金额"], ["甲公司", "方案演示", 5]):
            workbook.active.append(row)
        workbook.save(tmp_path / name)
        return tmp_path / name

    run("stages", "saas", "--into", chinese("a.xlsx"))
    assert sheets(tmp_path / "a.xlsx")[-1] == "阶段"
    run("stages", "saas", "--into", chinese("b.xlsx"), "--language", "en")
    assert sheets(tmp_path / "b.xlsx")[-1] == "Stages"
    assert "没有发现问题" in run("stages", tmp_path / "a.xlsx").out


def test_two_lines_in_one_book_through_every_door(run, book):
    assert run("stages", "saas", "--into", book, "--line", "Software").code == 0
    done = run("stages", "s4_five", "--into", book, "--line", "Hardware")
    assert (done.code, "6 stages of “s4_five” were added to the table Stages" in done.out) == (0, True)
    checked = run("stages", book)
    assert checked.code == 0 and "No problems found." in checked.out and "Product line" in checked.out
    out = run("summary", book, *AS_OF).out
    assert "Software: Demo (open)" in out and "Hardware: Qualification (open)" in out and "Hardware: Closed won (won)" in out
    record = json.loads(run("summary", book, *AS_OF, "--json").out)
    assert {(line["line"], line["stage"]): line["deals"] for line in record["stages"] if line["deals"]} == {
        ("Software", "Lead"): 1, ("Software", "Demo"): 1, ("Hardware", "Qualification"): 1, ("Hardware", "Closed won"): 1}
    assert record["weighted"] == pytest.approx(100 * 0.1 + 200 * 0.53 + 300 * 0.32)
    pack = book.with_name("pack.xlsx")
    assert run("review", book, *AS_OF, "--out", pack).code == 0
    assert "Software: Demo" in str([cell.value for cell in openpyxl.load_workbook(pack)["Funnel"]["A"]])


def test_a_books_stages_are_checked_against_its_deals(run, book):
    run("stages", "s4_five", "--into", book)        # Prospecting (a lead), Qualification, Contact, Proposal
    done = run("stages", book)
    assert done.code == 1
    assert "Deals!D3: 1 deals stand in “Demo”, which is not among the stages." in done.out
    assert "no deal stands in these stages: Contact, Proposal." in done.out
    record = json.loads(run("stages", book, "--json").out)
    assert (record["source"], record["deals"], len(record["stages"])) == ("Team deals.xlsx", 4, 6)
    assert [finding["code"] for finding in record["findings"]] == ["stages.not_listed"]
    assert {note["code"] for note in record["notes"]} == {"stages.text_missing", "stages.unused"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_stages_is_checked_cell_by_cell_in_every_language(run, tmp_path, language):
    file = tmp_path / "stages.csv"
    file.write_text("Stage,Kind,Probability,Stall days\nLead,open,30%,0\nDemo,open,20%,30\nDemo,opeen,,30\n", encoding="utf-8")
    done = run("stages", file, "--language", language, "--json")
    assert done.code == 1
    found = {(finding["code"], finding["where"]) for finding in json.loads(done.out)["findings"]}
    assert found == {
        ("stages.no_won", "stages.csv line 1"), ("stages.no_lost", "stages.csv line 1"), ("stages.name_twice", "stages.csv line 4"),
        ("stages.word_unknown", "stages.csv line 4"), ("stages.probability_missing", "stages.csv line 4"),
        ("stages.probability_falls", "stages.csv line 3"), ("stages.days_not_positive", "stages.csv line 2")}
    assert run("stages", file, "--language", language).code == 1


def test_warnings_alone_end_with_0(run, tmp_path):
    file = tmp_path / "stages.csv"
    file.write_text("Stage,Kind,Probability\nLead,open,10%\nDemo,open,5%\nSigned,won,\nGone,lost,\n", encoding="utf-8")
    done = run("stages", file)
    assert (done.code, "Errors: 0, warnings: 1." in done.out) == (0, True)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_its_own_serves_as_stages_of_any_deals(run, book, tmp_path, ending, language):
    file = tmp_path / f"stages.{ending}"
    assert run("stages", "saas", "--out", file, "--language", language).code == 0
    assert run("stages", file).code == 0
    record = json.loads(run("summary", book, *AS_OF, "--stages", file, "--json").out)
    assert record["stages_from"] == f"file:stages.{ending}"
    assert record["weighted"] == pytest.approx(100 * 0.1 + 200 * 0.53)     # saas knows no Qualification


def test_rows_can_be_pasted(run):
    rows = list(csv.reader(run("stages", "saas", "--tsv", "--line", "Software").out.splitlines(), delimiter="\t"))
    assert rows[0] == [words("en")[f"field.stages.{name}"] for name in COMPANIONS["Stages"]]
    assert len(rows) == 8 and {len(row) for row in rows} == {12} and rows[1][-1] == "Software" and rows[1][2] == "10%"


def test_a_dry_run_says_what_would_be_done_and_does_nothing(run, book):
    before = book.read_bytes()
    out = run("stages", "saas", "--into", book, "--dry-run").out
    assert "new sheet Stages" in out and "other parts keep their bytes" in out
    assert book.read_bytes() == before and not book.with_name(book.name + ".bak").exists()
    run("stages", "saas", "--into", book, "--no-backup")
    assert not book.with_name(book.name + ".bak").exists()
    out = run("stages", "s1", "--into", book, "--replace", "--dry-run").out
    assert "rows of the stages on sheet Stages" in out and "new sheet Stages (old)" in out
    out = run("stages", "s1", "--into", book, "--line", "Hardware", "--dry-run").out
    assert "extent of the table of stages on sheet Stages" in out


def test_what_is_replaced_is_named_and_kept(run, book):
    run("stages", "saas", "--into", book)
    refused = run("stages", "s1", "--into", book)
    assert refused.code == 2
    assert all(text in refused.error for text in ("Lead, Initial interest, Demo", "--replace", "--line"))
    done = run("stages", "s1", "--into", book, "--replace")
    assert done.code == 0 and "the rows that were there are kept on the sheet “Stages (old)”" in done.out
    assert sheets(book) == ["Deals", "Stages", "Stages (old)"]
    run("remove", book)
    assert sheets(book) == ["Deals", "Stages", "Stages (old)"]


def test_columns_without_room_are_named(run, tmp_path):
    sys.path.insert(0, str(Path(__file__).parent / "book"))
    import stage_books

    host = stage_books.stage_book(tmp_path / "Team.xlsx", beside="mine")
    done = run("stages", "s1", "--into", host, "--replace")
    assert "Not written, since the table has no such column and no room for it: Funnel placement, Expected days" in done.out


REFUSED = {
    "unknown": (("stages", "spin"), "Presets: saas"),
    "a list of deals": (("stages", "deals.csv"), "--out stages.csv"),
    "a book without stages": (("stages", "{book}"), "has no table or sheet Stages"),
    "nothing to write": (("stages", "--into", "{book}"), "name one before it"),
    "a book to write": (("stages", "{book}", "--replace"), "name one before it"),
    "two targets": (("stages", "saas", "--into", "{book}", "--tsv"), "Choose one"),
    "json and a target": (("stages", "saas", "--out", "a.csv", "--json"), "Choose one"),
    "dry run alone": (("stages", "saas", "--dry-run"), "belongs to --into"),
    "replace alone": (("stages", "saas", "--replace"), "belongs to --into"),
    "reading a preset": (("stages", "saas", "--sheet", "Deals"), "a preset has none"),
    "another ending": (("stages", "saas", "--out", "a.ods"), ".xlsx or .csv"),
    "a file that is there": (("stages", "saas", "--out", "deals.csv"), "is there already"),
    "no book": (("stages", "saas", "--into", "nothing.xlsx"), "nothing.xlsx"),
    "into csv": (("stages", "saas", "--into", "deals.csv"), "no Excel workbook"),
    "language": (("stages", "saas", "--language", "tlh"), "tlh"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("speaking", LANGUAGES)
def test_what_can_not_be_done_is_refused_in_one_line(run, book, tmp_path, monkeypatch, case, speaking):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deals.csv").write_text("account,stage,amount\nAcme,Lead,5\n", encoding="utf-8")
    arguments, says = REFUSED[case]
    before = book.read_bytes()
    done = run(*(str(each).format(book=book) for each in arguments), speaking=speaking)
    assert (done.code, done.out, done.error.count("\n")) == (2, "", 1)
    assert speaking != "en" or says in done.error
    assert book.read_bytes() == before


def test_a_file_is_written_over_where_that_is_asked_for(run, tmp_path):
    file = tmp_path / "stages.csv"
    file.write_text("mine", encoding="utf-8")
    assert run("stages", "saas", "--out", file, "--replace").code == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbfStage,")      # Excel takes a CSV file without this mark for the system's encoding


def test_help_reads_no_heavy_library():
    code = ("import sys; sys.argv = ['funnel-xl', 'stages', '--help']\n"
            "from funnel_xl.cli import cli\ntry:\n    cli()\nexcept SystemExit:\n    pass\n"
            "print(sorted({'numpy', 'pandas', 'xlsxwriter', 'openpyxl'} & set(sys.modules)))")
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


def test_a_file_that_is_not_there_is_no_unknown_preset(run, tmp_path):
    done = run("stages", tmp_path / "Team.xlsx")
    assert done.code == 2 and done.error.startswith("error: There is no file")
    assert "There are no stages called" in run("stages", "saaas").error
