"""The command line as its user meets it: exit codes, one-line errors in three languages, JSON, files that are never harmed."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from funnel_xl import cli as door
from funnel_xl.wording import LANGUAGES, words

DEALS = """id,account,owner,stage,amount,close date
1,Acme,Ann,Lead,100,2026-05-01
2,Bolt,Ann,Proposal,200,2026-05-01
3,Cord,Bob,Negotiation,300,2026-06-01
4,Dune,Bob,Won,400,2026-02-01
5,Elm,Bob,Lost,600,2026-02-01
"""
AS_OF = ("--as-of", "2026-03-31")


@dataclass
class Done:
    """What a command left behind."""

    code: int
    out: str
    error: str

    @property
    def record(self) -> dict:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch, capsys) -> Run:
    """Run a command in this process; `speaking` is the language of the user's system."""
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
def deals(tmp_path) -> Path:
    """Five deals in good order."""
    path = tmp_path / "deals.csv"
    path.write_text(DEALS, encoding="utf-8")
    return path


def started(*arguments: object, **variables: str) -> subprocess.CompletedProcess:
    """Run the installed command in a process of its own."""
    return subprocess.run([sys.executable, "-m", "funnel_xl.cli", *map(str, arguments)], capture_output=True, text=True, encoding="utf-8",
                          check=False, env={**os.environ, **variables})


def test_a_source_in_good_order_ends_with_0(run, deals):
    done = run("check", deals, *AS_OF)
    assert (done.code, done.error) == (0, "") and "No finding in 5 deals." in done.out


def test_warnings_alone_end_with_0(run, deals):
    deals.write_text(DEALS.replace("Ann,Lead", ",Lead"), encoding="utf-8")
    done = run("check", deals, *AS_OF, "--json")
    assert done.code == 0 and {each["severity"] for each in done.record["findings"]} == {"warning"}


def test_findings_of_severity_error_end_check_with_1_and_summary_with_0(run, deals):
    deals.write_text(DEALS.replace("Acme", ""), encoding="utf-8")
    assert run("check", deals, *AS_OF).code == 1
    assert run("summary", deals, *AS_OF).code == 0


def test_check_names_the_line_and_the_remedy(run, deals):
    deals.write_text(DEALS.replace("Acme", ""), encoding="utf-8")
    assert "deals.csv line 2: an open deal has no account. Type the customer's name." in run("check", deals, *AS_OF).out


def test_ten_findings_one_a_deal_come_first_and_the_rest_by_owner_and_rule(run, tmp_path):
    """Twelve deals of rising amounts, none with an account or a date: 24 findings."""
    path = tmp_path / "deals.csv"
    rows = [f"{'Ann' if at % 2 else 'Bob'},,Proposal,{at * 100},{at}" for at in range(1, 13)]
    path.write_text("\n".join(["owner,account,stage,amount,deal id", *rows]), encoding="utf-8")
    out = run("check", path, *AS_OF, "--stages", "saas").out.splitlines()
    shown = [line.split(":")[0].strip() for line in out[1:11]]
    assert shown == [f"deals.csv line {line}" for line in range(13, 3, -1)]         # the dearest deal stands in line 13
    groups = [line.split() for line in out if line.startswith(("Ann", "Bob"))]
    assert [(each[0], each[-2], each[-1]) for each in groups[:2]] == [("Bob", "6", "4,200")] * 2        # 200 + ... + 1,200


def test_check_as_json_lists_findings_and_notes(run, deals):
    deals.write_text(DEALS.replace("100", "a lot"), encoding="utf-8")
    done = run("check", deals, *AS_OF, "--json")
    wanted = {"code", "severity", "where", "column", "value", "message"}
    assert done.code == 1 and {"findings", "notes"} <= done.record.keys()
    assert all(wanted <= each.keys() for each in (*done.record["findings"], *done.record["notes"]))
    finding = done.record["findings"][0]
    assert [finding[name] for name in ("code", "severity", "where", "column", "value")] == [
        "money.unread", "error", "deals.csv line 2", "amount", "a lot"]
    assert {each["severity"] for each in done.record["notes"]} == {"note"}


def test_summary_as_json_has_every_promised_field(run, deals):
    record = run("summary", deals, *AS_OF, "--json", "--stages", "saas").record
    assert {"as_of", "deals", "stages", "placements", "won", "lost", "win_rate", "average_won", "cycle_days", "weighted"} <= record.keys()
    assert (record["as_of"], record["deals"]) == ("2026-03-31", 5)
    assert all({"stage", "kind", "deals", "amount", "weighted"} <= line.keys() for line in record["stages"])
    assert all({"placement", "deals", "amount", "weighted"} <= line.keys() for line in record["placements"])
    assert (record["won"], record["lost"]) == ({"deals": 1, "amount": 400}, {"deals": 1, "amount": 600})
    assert record["win_rate"] == {"count": 0.5, "value": 0.4, "all": 0.2} and record["average_won"] == 400


def test_json_has_no_numbers_that_json_does_not_have(run, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("account,stage,amount\n", encoding="utf-8")
    for command in ("summary", "check"):
        done = run(command, empty, *AS_OF, "--json")
        assert done.code == 0 and "NaN" not in done.out and done.record["deals"] == 0


def test_a_stage_is_spelt_as_the_source_spells_it(run, deals):
    deals.write_text(DEALS.replace("Negotiation", "NEGOTIATION"), encoding="utf-8")
    assert "NEGOTIATION" in {line["stage"] for line in run("summary", deals, *AS_OF, "--json").record["stages"]}


WRONG = {
    "no such file": ("summary", "nope.csv"), "no source": ("summary",), "a folder": ("summary", "."),
    "no such command": ("sumary", "deals.csv"), "no such option": ("summary", "deals.csv", "--bogus"),
    "no value": ("summary", "deals.csv", "--as-of"),
    "no date": ("summary", "deals.csv", "--as-of", "soon"), "either date": ("check", "deals.csv", "--as-of", "3/4/2026"),
    "no day": ("check", "deals.csv", "--as-of", "TBD"), "the end of time": ("check", "deals.csv", "--as-of", "9999-12-31"),
    "the beginning of it": ("review", "deals.csv", "--as-of", "0001-01-01"),
    "no pair": ("summary", "deals.csv", "--map", "amount"), "no heading": ("summary", "deals.csv", "--map", "Nope=amount"),
    "no field": ("summary", "deals.csv", "--map", "amount=treasure"), "no language": ("summary", "deals.csv", "--language", "fr"),
    "no table": ("summary", "deals.csv", "--table", "Orders"), "no sheet": ("summary", "deals.csv", "--sheet", "Orders"),
    "no preset": ("summary", "deals.csv", "--stages", "spin"), "no stages": ("summary", "deals.csv", "--stages", "empty.csv"),
    "no quota": ("summary", "deals.csv", "--quota", "lots"),
    "no period": ("summary", "deals.csv", "--quota", "5", "--quota-period", "soon"),
    "no country": ("summary", "deals.csv", "--holidays", "Mars"), "no encoding": ("summary", "deals.csv", "--encoding", "klingon"),
    "no deal": ("review", "deals.csv", "--deal", "99"), "no owner": ("review", "deals.csv", "--owner", "Zed"),
    "no placement": ("review", "deals.csv", "--placement", "up"), "no pack": ("review", "deals.csv", "--out", "pack.txt"),
    "the source itself": ("review", "book.xlsx", "--out", "book.xlsx"), "no folder": ("review", "deals.csv", "--out", "no/where/pack.xlsx"),
    "no stage model": ("stages", "spin"), "no header": ("check", "empty.csv"),
}


@pytest.mark.parametrize("speaking", LANGUAGES)
@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_what_can_not_be_done_ends_with_2_and_one_line(run, deals, monkeypatch, arguments, speaking):
    """In the language of the user's system, and nothing is written."""
    monkeypatch.chdir(deals.parent)
    Path("empty.csv").write_text("foo,bar\n1,2\n", encoding="utf-8")
    openpyxl.Workbook().save("book.xlsx")
    before = {path.name: path.read_bytes() for path in deals.parent.iterdir()}
    done = run(*arguments, speaking=speaking)
    lines = done.error.splitlines()
    assert (done.code, len(lines), done.out) == (2, 1, "") and lines[0].startswith("error: ")
    assert "Traceback" not in done.error and "{" not in done.error
    assert any("\u4e00" <= sign <= "\u9fff" for sign in done.error) == (speaking != "en")
    assert {path.name: path.read_bytes() for path in deals.parent.iterdir()} == before


@pytest.mark.parametrize(("arguments", "says"), [
    (("summary", "nope.csv"), "There is no file nope.csv"), (("summary", "deals.csv", "--as-of", "soon"), "Write it as 2026-03-31"),
    (("summary", "deals.csv", "--map", "amount=treasure"), "Allowed: id, name, account"),
    (("review", "deals.csv", "--deal", "99"), "1, 2, 3"), (("summary", "deals.csv", "--stages", "spin"), "Presets: saas"),
])
def test_an_error_says_what_where_and_how_to_mend(run, deals, monkeypatch, arguments, says):
    monkeypatch.chdir(deals.parent)
    assert says in run(*arguments).error


def test_map_names_the_field_by_its_identifier_or_by_any_heading_of_it(run, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("Client co,Step now,Worth\nAcme,Lead,5\n", encoding="utf-8")
    for amount in ("amount", "Expected amount", "预计成交金额"):
        done = run("summary", path, *AS_OF, "--json", "--map", "Client co=account", "--map", "Step now=stage", "--map", f"Worth={amount}")
        assert done.code == 0 and done.record["stages"][0]["amount"] == 5


def test_map_takes_a_heading_with_an_equals_sign(run, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("account,a=b\nAcme,5\n", encoding="utf-8")
    assert run("summary", path, *AS_OF, "--json", "--map", "a=b=amount").record["open"]["amount"] == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_come_in_the_language_that_is_asked_for(run, deals, language):
    text = words(language)
    assert text["placement.best_few"] in run("summary", deals, *AS_OF, "--language", language).out
    deals.write_text(DEALS.replace("Acme", ""), encoding="utf-8")
    asked = run("check", deals, *AS_OF, "--json", "--language", language).record["findings"][0]
    assert asked["message"] == text["check.account.missing"].format(where="deals.csv line 2")


def test_answers_come_in_the_sources_own_language_where_none_is_asked_for(run, tmp_path):
    path = tmp_path / "購案.csv"
    path.write_text("客戶名稱,階段,金額\n,提案,5\n", encoding="utf-8")
    assert words("zh-Hant")["check.account.missing"].format(where="購案.csv line 2") in run("check", path, *AS_OF).out


def test_as_of_moves_what_depends_on_today(run, deals):
    early, late = (run("summary", deals, "--as-of", day, "--json").record for day in ("2026-03-31", "2026-05-15"))
    assert [line["month"] for line in early["months"]] == ["2026-05", "2026-06"]
    assert [line["month"] for line in late["months"]] == ["overdue", "2026-06"]


def test_as_of_takes_a_day_in_any_clear_way(run, deals):
    for day in ("2026-03-31", "31 Mar 2026", "2026年3月31日", "20260331"):
        assert run("summary", deals, "--as-of", day, "--json").record["as_of"] == "2026-03-31"


def test_a_quota_from_the_command_line_gives_coverage(run, deals):
    quota = run("summary", deals, "--as-of", "2026-05-31", "--json", "--quota", "1.3k", "--quota-period", "2026").record["quota"]
    assert quota["quota"] == 1300 and quota["won"] == 400 and quota["period"] == "2026"
    assert quota["coverage"] == pytest.approx(600 / 900)


def test_stages_come_from_a_file(run, deals):
    file = deals.with_name("stages.csv")
    file.write_text("Stage,Kind,Probability\nLead,open,10%\nProposal,open,20%\nNegotiation,open,30%\nWon,won,\nLost,lost,\n")
    record = run("summary", deals, *AS_OF, "--json", "--stages", file).record
    assert record["stages_from"] == "file:stages.csv" and record["weighted"] == pytest.approx(10 + 40 + 90)


def test_stages_lists_the_presets_and_one_of_them(run):
    assert all(name in run("stages").out for name in ("saas", "s1", "salesforce", "dynamics"))
    assert "商務談判" in run("stages", "saas", "--language", "zh-Hant").out


@pytest.mark.parametrize("command", sorted(door.cli.commands))
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_has_help_with_an_example(run, command, option):
    done = run(command, option)
    assert done.code == 0 and f"funnel-xl {command}" in done.out and done.error == ""


def test_the_version_is_told(run):
    assert run("--version").out.startswith("funnel-xl")


def test_the_pack_lies_beside_the_source_where_no_name_is_given(run, deals):
    done = run("review", deals, *AS_OF)
    assert done.code == 0 and (deals.parent / "deals review.xlsx").exists() and "deals review.xlsx" in done.out


def test_the_source_keeps_every_byte_and_its_time(run, deals):
    before, stat = deals.read_bytes(), deals.stat()
    for arguments in (("check", deals), ("summary", deals), ("review", deals, "--out", deals.with_name("pack.xlsx"))):
        run(*arguments, *AS_OF)
    assert deals.read_bytes() == before and deals.stat().st_mtime_ns == stat.st_mtime_ns


def test_the_source_is_never_written_over_by_another_name_of_it(run, tmp_path):
    book = tmp_path / "Team.xlsx"
    made = openpyxl.Workbook()
    made.active.append(["account", "stage", "amount"])
    made.active.append(["Acme", "Lead", 5])
    made.save(book)
    before = book.read_bytes()
    link = tmp_path / "Link.xlsx"
    link.symlink_to(book)
    for out in (book, tmp_path / "." / "Team.xlsx", link):
        done = run("review", book, *AS_OF, "--out", out)
        assert done.code == 2 and "SOURCE" in done.error
    assert book.read_bytes() == before


def test_a_disk_that_runs_full_leaves_the_old_pack_whole(run, deals, monkeypatch):
    pack = deals.with_name("pack.xlsx")
    assert run("review", deals, *AS_OF, "--out", pack).code == 0
    before = pack.read_bytes()

    def full(sheets, stream, **asked):
        stream.write(b"half a pack")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("funnel_xl.draw.book.draw", full)
    done = run("review", deals, *AS_OF, "--out", pack)
    assert (done.code, len(done.error.splitlines())) == (2, 1) and "no room left" in done.error
    assert pack.read_bytes() == before and sorted(path.name for path in deals.parent.iterdir()) == ["deals.csv", "pack.xlsx"]


def test_the_same_pack_comes_out_twice(run, deals):
    packs = [deals.with_name(name) for name in ("one.xlsx", "two.xlsx")]
    for pack in packs:
        assert run("review", deals, *AS_OF, "--out", pack).code == 0
    assert packs[0].read_bytes() == packs[1].read_bytes()


EVIL = ['=HYPERLINK("http://x","y")', "+1+1", "-1+1", "@SUM(1)", "\t=1", "=cmd|' /C calc'!A0", "http://evil.example/",
        "mailto:a@b.example", "{=1}"]


def test_evil_texts_stay_text(run, tmp_path):
    path, pack = tmp_path / "evil.csv", tmp_path / "evil.xlsx"
    quoted = ['"' + text.replace('"', '""') + '"' for text in EVIL]
    rows = [f"{text},{text},{text},Proposal,{text},100,2026-04-{at:02}" for at, text in enumerate(quoted, 1)]
    path.write_text("\n".join(["id,account,owner,stage,mood,amount,close date", *rows]), encoding="utf-8")
    assert run("review", path, *AS_OF, "--out", pack).code == 0
    cells = [cell for sheet in openpyxl.load_workbook(pack) for row in sheet.iter_rows() for cell in row]
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
    assert not [formula for formula in formulas if any(part in formula for part in ("http", "cmd", "1+1", "SUM(1)", "=1", "mailto"))]
    assert not [cell.hyperlink.target for cell in cells if cell.hyperlink and cell.hyperlink.target]
    assert {text.strip() for text in EVIL} <= {cell.value.strip() for cell in cells if cell.data_type == "s"}


def test_the_accounts_of_a_pack_may_be_called_anything(run, tmp_path):
    """Sheet names have at most 31 characters, none of []:*?/\\, no quote at an end, and are never History."""
    path, pack = tmp_path / "odd.csv", tmp_path / "odd.xlsx"
    names = ["[x]:*?/\\", "'quoted'", "History", "x" * 40, "X" * 40, "Funnel", "客戶" * 20, "  ", "a\nb"]
    rows = [f'"{name}",Negotiation,100,2026-04-{at:02}' for at, name in enumerate(names, 1)]
    path.write_text("\n".join(["account,stage,amount,close date", *rows]), encoding="utf-8")
    assert run("review", path, *AS_OF, "--out", pack, "--stages", "saas").code == 0
    titles = [sheet.title for sheet in openpyxl.load_workbook(pack)]
    assert len(titles) == len({title.casefold() for title in titles}) >= len(names)
    assert all(len(title) <= 31 and not set("[]:*?/\\") & set(title) and title.strip("'") == title != "History" for title in titles)


def test_the_command_speaks_the_language_of_the_system():
    for language, names in {"zh-Hant": "zh_TW.UTF-8", "zh-Hans": "zh_CN.UTF-8", "en": "de_DE.UTF-8"}.items():
        done = started("summary", "nope.csv", FUNNEL_LANGUAGE="", LC_ALL=names)
        text = words(language)["error.file.missing"].partition("{file}")[0]
        assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith(f"error: {text}")


def test_the_language_option_holds_for_errors_and_help_too():
    assert started("summary", "nope.csv", "--language=zh-Hant").stderr.startswith("error: " + words("zh-Hant")["error.file.missing"][:2])
    assert words("zh-Hans")["cli.option.as_of"][:6] in started("summary", "--language", "zh-Hans", "--help").stdout


def test_a_console_that_can_not_write_chinese_ends_no_run(deals):
    deals.write_text(DEALS.replace("Acme", "敏盛醫院").replace("Lead", "線索"), encoding="utf-8")
    done = started("summary", deals, *AS_OF, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "") and "線索" in done.stdout


def test_a_reader_that_stops_listening_ends_no_run_with_a_traceback(deals):
    script = f"{sys.executable} -m funnel_xl.cli check {deals} --json | head -c 1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_nothing_is_drawn_on_a_terminal_that_is_none(deals):
    done = started("review", deals, *AS_OF, "--out", deals.with_name("pack.xlsx"))
    assert (done.returncode, done.stderr) == (0, "") and "\x1b" not in done.stdout


def test_a_sheet_that_is_already_there_keeps_its_name_and_the_user_is_told(run, deals, tmp_path):
    book = tmp_path / "Team.xlsx"
    openpyxl.Workbook().save(book)
    assert "Pipeline" in run("review", deals, "--into", book, *AS_OF, "--name", "Funnel=Pipeline").out
    again = run("review", deals, "--into", book, *AS_OF, "--name", "Funnel=Other")
    assert again.code == 0 and 'The sheet "Pipeline" keeps its name' in again.out
    assert "Pipeline" in openpyxl.load_workbook(book).sheetnames


def test_a_name_for_a_sheet_that_is_not_drawn_is_refused_with_those_that_are(run, deals, tmp_path):
    book = tmp_path / "Team.xlsx"
    openpyxl.Workbook().save(book)
    done = run("review", deals, "--into", book, *AS_OF, "--name", "Fnnel=Pipeline")
    assert done.code == 2 and "Fnnel" in done.error and "Funnel deals" in done.error
    assert openpyxl.load_workbook(book).sheetnames == ["Sheet"]
