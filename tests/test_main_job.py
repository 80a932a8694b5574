"""The main job, from a team's file to the review pack on disk: what a manager opens holds the team's deals and the right numbers."""

import csv
import datetime as dt
import json
import sys
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from funnel_xl import cli as door
from funnel_xl.wording import words

HEADER = ["客戶名稱", "行業", "聯系人(經理)", "當前階段", "進入時間", "最近溝通時間", "溝通內容摘要", "成交概率(%)",
          "預計成交金額(萬元)", "風險等級", "風險描述", "跟進人"]
ROWS = [["A科技公司", "製造業", "張總", "商務談判", dt.date(2024, 3, 15), dt.date(2024, 3, 20), "要求增加3個功能模塊", 70, 50, "中",
         "預算需內部審批", "銷售代表"],
        ["B集團", "金融", "李主任", "方案演示", dt.date(2024, 3, 18), dt.date(2024, 3, 22), "認可數據安全方案,需試用", 50, 80, "低",
         "無", "客戶經理"]]


def started(monkeypatch, capsys, *arguments: object) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["funnel-xl", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        door.main()
    said = capsys.readouterr()
    assert said.err == ""
    return ended.value.code, said.out


@pytest.fixture
def run(monkeypatch, capsys):
    return lambda *arguments: started(monkeypatch, capsys, *arguments)


@pytest.fixture
def sample(tmp_path) -> Path:
    """The sample sheet of the method (spec items 43, 44) as a team keeps it: a title, a table, a total below."""
    path = tmp_path / "購案.xlsx"
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy/mm/dd"})
    sheet = book.add_worksheet("銷售漏斗")
    sheet.write(0, 0, "二〇二四年第一季銷售漏斗")
    sheet.write_row(2, 0, HEADER)
    for at, row in enumerate(ROWS, 3):
        sheet.write_row(at, 0, row)
    sheet.write_row(5, 0, ["合計"])
    sheet.write(5, 8, 130)
    book.close()
    return path


def rows_of(pack: Path, table: str) -> list[dict[str, object]]:
    """The rows of an Excel table of the pack, by heading."""
    for sheet in openpyxl.load_workbook(pack, data_only=True):
        if table in sheet.tables:
            header, *rows = ([cell.value for cell in row] for row in sheet[sheet.tables[table].ref])
            return [dict(zip(header, row, strict=True)) for row in rows]
    raise AssertionError(f"no table {table}")


def test_the_chinese_sample_goes_through_the_main_job(run, sample):
    before = sample.read_bytes()
    code, out = run("summary", sample, "--as-of", "2024-03-31", "--json")
    record = json.loads(out)
    assert code == 0 and (record["deals"], record["open"]["amount"], record["weighted"]) == (2, 1_300_000, 750_000)
    assert record["stages_from"] == "preset:saas"

    _, out = run("check", sample, "--as-of", "2024-03-31", "--json")
    found = {(each["code"], each["where"]) for each in json.loads(out)["findings"]}
    assert ("deal.stalled", "銷售漏斗!E4") in found and not any(where.startswith("銷售漏斗!A6") for _, where in found)

    pack = sample.with_name("pack.xlsx")
    assert run("review", sample, "--as-of", "2024-03-31", "--out", pack)[0] == 0
    text = words("zh-Hant")
    deals = rows_of(pack, "FunnelDeals")
    weighted = text["field.computed.weighted"]
    account = text["field.account"]
    assert {deal[account]: deal[weighted] for deal in deals} == {"A科技公司": 350_000, "B集團": 400_000}
    assert sample.read_bytes() == before


def test_the_pack_of_the_sample_has_its_sheets_and_charts_in_chinese(run, sample):
    pack = sample.with_name("pack.xlsx")
    run("review", sample, "--as-of", "2024-03-31", "--out", pack)
    book = openpyxl.load_workbook(pack)
    assert sum(len(sheet._charts) for sheet in book) >= 3
    assert len(book.sheetnames) == 5 and book.sheetnames[-1] == "A科技公司"      # the one in negotiation is Best Few by its stage
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in title) for title in book.sheetnames)


@pytest.fixture(scope="module")
def maven(shared) -> Path:
    return shared / "data" / "maven_crm" / "sales_pipeline.csv"


def test_mavens_deals_go_through_the_main_job(run, maven, tmp_path):
    with maven.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    code, out = run("summary", maven, "--as-of", "2017-12-31", "--json")
    record = json.loads(out)
    assert code == 0 and record["deals"] == len(rows) == 8800
    assert {line["stage"]: line["deals"] for line in record["stages"]} == dict(Counter(row["deal_stage"] for row in rows))
    assert (record["won"], record["win_rate"]["count"]) == ({"deals": 4238, "amount": 10_005_534}, pytest.approx(4238 / 6711))

    code, out = run("check", maven, "--as-of", "2017-12-31", "--json")
    blank = {each["where"] for each in json.loads(out)["findings"] if each["column"] == "account" and each["value"] in (None, "")}
    assert (code, len(blank)) == (1, 1425)

    pack = tmp_path / "pack.xlsx"
    assert run("review", maven, "--as-of", "2017-12-31", "--out", pack)[0] == 0
    text = words("en")
    deals = rows_of(pack, "FunnelDeals")
    assert Counter(deal[text["field.id"]] for deal in deals) == Counter(row["opportunity_id"] for row in rows)
    won = sum(deal[text["field.amount"]] for deal in deals if deal[text["field.stage"]] == "Won")
    assert won == 10_005_534


@pytest.mark.parametrize(("name", "deals"), [("olga_synth/opportunities.csv", 6000), ("pbpython/salesfunnel.xlsx", 17)])
def test_other_real_deals_go_through_the_main_job(run, shared, tmp_path, name, deals):
    pack = tmp_path / "pack.xlsx"
    code, out = run("review", shared / "data" / name, "--as-of", "2025-06-30", "--out", pack)
    assert code == 0 and str(pack) in out
    assert len(rows_of(pack, "FunnelDeals")) == deals
