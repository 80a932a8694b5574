"""CSV files as CRMs, Excel and databases export them: encoding and delimiter found, lines counted true."""

import csv
import datetime as dt
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.book import csvfile
from funnel_xl.book.csvfile import find_delimiter
from funnel_xl.book.source import open_source
from funnel_xl.errors import FunnelError
from funnel_xl.sales.deals import read_deals
from funnel_xl.sales.finding import Finding, message
from funnel_xl.sales.grid import Source
from funnel_xl.wording import LANGUAGES, words

SIMPLIFIED = "客户,商机名称,阶段,金额\r\n协和医院,超声,报价,50万\r\n上海瑞金医院,监护仪,赢单,120万\r\n"
TRADITIONAL = "客戶,商機名稱,階段,金額\r\n台大醫院,超音波,報價,50萬\r\n長庚紀念醫院,監視器,成交,120萬\r\n"
WESTERN = "Kunde,Größe,Société\r\nMüller GmbH,groß,Crédit Agricole\r\nÄrzte,20 €,São Paulo\r\n"


def opened(tmp_path, content: bytes, name: str = "deals.csv", **how: str) -> Source:
    path = tmp_path / name
    path.write_bytes(content)
    return open_source(path, **how)


def table(tmp_path, content: bytes, **how: str) -> list[list[object]]:
    source = opened(tmp_path, content, **how)
    return source.load(source.name).rows


def refusal(tmp_path, content: bytes, **how: str) -> FunnelError:
    with pytest.raises(FunnelError) as caught:
        table(tmp_path, content, **how)
    assert "deals.csv" in str(caught.value)
    return caught.value


def cells(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.split("\r\n") if line]


def test_a_csv_file_is_one_sheet_of_its_name_and_all_is_text(tmp_path):
    source = opened(tmp_path, b"Account,Amount,Close\nAcme,1200,2026-03-01\n\n  \nBolt,,\n")
    assert (source.name, source.sheets, source.tables, source.is_csv, source.notes) == ("deals.csv", ("deals.csv",), {}, True, ())
    sheet = source.load("deals.csv")
    assert sheet.name == "deals.csv"
    assert sheet.rows == [["Account", "Amount", "Close"], ["Acme", "1200", "2026-03-01"], [], ["  "], ["Bolt", "", ""]]
    assert list(sheet.lines) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("text", "encoding", "told"), [
    (SIMPLIFIED, "utf-8", None), (TRADITIONAL, "utf-8-sig", None), (WESTERN, "utf-8", None),
    ("Account,Stage\r\nAcme,Won\r\n", "ascii", None),
    (SIMPLIFIED, "utf-16", "utf-16"), (TRADITIONAL, "utf-16-le", "utf-16-le"), (WESTERN, "utf-16-be", "utf-16-be"),
    ("Account,Stage\r\nAcme,Won\r\n", "utf-16-le", "utf-16-le"),
    (SIMPLIFIED, "gb18030", "gb18030"), (SIMPLIFIED, "gb2312", "gb18030"), (SIMPLIFIED, "gbk", "gb18030"),
    (TRADITIONAL, "big5", "cp950"), (TRADITIONAL, "cp950", "cp950"), (WESTERN, "cp1252", "cp1252"),
])
def test_the_encoding_is_found_and_told_unless_it_is_utf_8(tmp_path, text, encoding, told):
    source = opened(tmp_path, text.encode(encoding))
    assert source.load("deals.csv").rows == cells(text)
    assert source.notes == ((("source.encoding", {"encoding": told}),) if told else ())


def test_utf_16_with_its_mark_big_end_first_is_read(tmp_path):
    assert table(tmp_path, b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be")) == cells(SIMPLIFIED)


WORDS = {
    "gb18030": ("客户|商机名称|阶段|金额|预计成交日期|负责人|部门|产品|赢率|竞争对手|备注|下一步|来源|预计成交金额(万元)",
                "协和医院|上海瑞金|北京大学第三医院|张伟|王芳|李娜|刘洋|报价|谈判|赢单|输单|线索|超声|华东|心内科|检验科|陈静|A类客户"),
    "cp950": ("客戶|商機名稱|階段|金額|預計成交日期|負責人|部門|產品|贏率|競爭對手|備註|下一步|來源|預計成交金額(萬元)",
              "台大醫院|長庚紀念醫院|榮總|陳怡君|林志明|黃淑芬|張雅婷|報價|議價|成交|失單|潛在|超音波|北區|心臟科|台積電|鴻海|A級客戶"),
    "cp1252": ("Kunde|Größe|Société|Montant|Étape|Año|Prénom|Straße|Owner",
               "Müller GmbH|Société Générale|Peña|São Paulo|Ångström|Änderung|Zürich|€ 1.200|Café “Noir”|£300|Ünal"),
}


@pytest.mark.parametrize("encoding", WORDS)
@pytest.mark.parametrize("rows", [0, 1, 20])
@pytest.mark.parametrize("english", [0, 0.9])
def test_short_files_and_mostly_english_ones_show_their_encoding_too(tmp_path, encoding, rows, english):
    dice = random.Random(f"{encoding} {rows} {english}")
    head, body = (words.split("|") for words in WORDS[encoding])
    for _ in range(40):
        header = dice.sample(head, 2)
        lines = [[dice.choice(["Acme Inc", "Won", "1200", "2026-03-01"]) if dice.random() < english else dice.choice(body) for _ in header]
                 for _ in range(rows)]
        text = "\r\n".join(map(",".join, [header, *lines]))
        assert table(tmp_path, text.encode(encoding)) == [header, *lines]


def test_a_few_damaged_bytes_in_utf_8_are_named_by_line_and_make_no_garbage(tmp_path):
    lines = [f"协和医院{number},报价".encode() for number in range(100)]
    lines[70] = lines[70][:4] + lines[70][5:]
    error = refusal(tmp_path, b"\n".join(lines))
    assert (error.key, error.values["line"]) == ("error.file.encoding_wrong", 71)


def test_bytes_of_no_encoding_are_refused(tmp_path):
    assert refusal(tmp_path, b"\x81\x8d\x8f\x90\x9d,\xff\xfe\xfd\n" * 3).key == "error.file.encoding_unknown"


def test_the_encoding_can_be_given(tmp_path):
    source = opened(tmp_path, TRADITIONAL.encode("big5"), encoding="big5")
    assert (source.load("deals.csv").rows, source.notes) == (cells(TRADITIONAL), ())


def test_a_given_encoding_that_does_not_fit_names_the_line(tmp_path):
    error = refusal(tmp_path, b"Account,Stage\nAcme,Won\n\xbf\xcd\xbb\xa7,Won\n", encoding="utf-8")
    assert (error.key, error.values["line"]) == ("error.file.encoding_wrong", 3)


@pytest.mark.parametrize("name", ["utf-99", "base64", "rot13", ""])
def test_an_encoding_that_does_not_exist_lists_those_that_do(tmp_path, name):
    if name:
        assert refusal(tmp_path, b"Account,Stage\n", encoding=name).key == "error.file.encoding_name"
    else:
        assert table(tmp_path, b"Account,Stage\n", encoding=name) == [["Account", "Stage"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_and_told_unless_it_is_a_comma(tmp_path, delimiter):
    text = delimiter.join(("Account", "Stage", "Amount")) + "\n" + delimiter.join(("Acme", "Won", "1")) + "\n"
    source = opened(tmp_path, text.encode())
    assert source.load("deals.csv").rows == [["Account", "Stage", "Amount"], ["Acme", "Won", "1"]]
    assert [code for code, _ in source.notes] == ([] if delimiter == "," else ["source.delimiter"])


@pytest.mark.parametrize(("text", "delimiter"), [
    ("Kunde;Betrag;Datum\nMüller;1.200,50;01.02.2026\nMaier;300,00;02.02.2026\n", ";"),                 # decimal commas in every row
    ("Account;Stage;Close\nAcme;Won;Jan 5, 2026\nBolt;Lead;Feb 7, 2026\n", ";"),
    ("Account,Stage,Path\nAcme,Won,a|b|c|d\nBolt,Lead,e|f|g|h\n", ","),
    ('Account,Note,Stage\nAcme,"a;b;c;d",Won\nBolt,"e;f;g;h",Lead\n', ","),
    ('Account\tNote\n"Acme, Inc."\t"x, y, z"\n', "\t"),
    ("Pipeline report\nprinted 3.1.2026\n\nAccount;Stage;Amount\nAcme;Won;1\nBolt;Lead;2\nCord;Lead;3\n", ";"),
    ('"Account";"Note"\n"Acme";"one\ntwo, three\nfour, five"\n', ";"),
    ("Account\nAcme\nBolt\n", ","),                                                                    # a single column
    ("Account|Stage\n", "|"),
])
def test_the_delimiter_is_the_one_that_cuts_header_and_rows_alike(text, delimiter):
    assert find_delimiter(text) == delimiter


def test_excels_own_first_line_names_the_delimiter_and_is_no_row(tmp_path):
    source = opened(tmp_path, b"\xef\xbb\xbfsep=;\r\nAccount;Stage\r\nAcme, Inc;Won\r\n")
    sheet = source.load("deals.csv")
    assert sheet.rows == [["Account", "Stage"], ["Acme, Inc", "Won"]]
    assert list(sheet.lines) == [2, 3]


def test_line_breaks_and_quotes_within_quotes_stay_and_lines_count_true(tmp_path):
    content = b'Account,Note,Stage\r\nAcme,"one\r\ntwo ""really""\r\n\r\nthree",Won\r\n\r\nBolt,"a, b",Lead\r\n'
    sheet = opened(tmp_path, content).load("deals.csv")
    assert sheet.rows == [["Account", "Note", "Stage"], ["Acme", 'one\r\ntwo "really"\r\n\r\nthree', "Won"], [], ["Bolt", "a, b", "Lead"]]
    assert list(sheet.lines) == [1, 2, 6, 7]


def test_the_lines_below_a_salesforce_report_are_no_deals(tmp_path):
    report = b"Opportunity Name,Stage,Amount\nScanner,Prospecting,900\n\n\nConfidential Information - Do Not Distribute\nCopyright 2026\n\n"
    deals = read_deals(opened(tmp_path, report), dt.date(2026, 3, 31))
    assert deals.table["name"].tolist() == ["Scanner"]
    assert [note.details["rows"] for note in deals.notes if note.code == "rows.note"] == ["5, 6"]


def test_line_ends_of_old_macs_are_line_ends(tmp_path):
    sheet = opened(tmp_path, b"Account,Stage\rAcme,Won\rBolt,Lead").load("deals.csv")
    assert sheet.rows == [["Account", "Stage"], ["Acme", "Won"], ["Bolt", "Lead"]]
    assert list(sheet.lines) == [1, 2, 3]


def test_rows_may_be_longer_and_shorter_than_the_header(tmp_path):
    assert table(tmp_path, b"a,b,c\n1\n1,2,3,4\n1,2,3\n") == [["a", "b", "c"], ["1"], ["1", "2", "3", "4"], ["1", "2", "3"]]


@pytest.mark.parametrize("after", [b"", b"\nBolt,Lead\n", b"\nBolt,Lead\n" * 20_000])
def test_a_quote_that_is_never_closed_names_its_line(tmp_path, after):
    error = refusal(tmp_path, b'Account,Stage\n"Acme\nInc",Won\nCord,"Lead' + after)
    assert (error.key, error.values["line"]) == ("error.file.open_quote", 4)


def test_a_nul_names_its_line(tmp_path):
    error = refusal(tmp_path, b"Account,Stage\nAcme,Won\nBo\x00lt,Lead\n")
    assert (error.key, error.values["line"]) == ("error.file.nul", 3)


@pytest.mark.parametrize("line", [b"a" * 1_200_000, b"a,b" * 700_000, b'"' + b"a" * 140_000 + b'"', b"a;" * 5_000_000])
def test_a_line_too_long_to_be_a_deal_is_refused(tmp_path, line):
    error = refusal(tmp_path, b"Account,Stage\nAcme,Won\n" + line + b"\nBolt,Lead\n")
    assert (error.key, error.values["line"]) == ("error.file.long_line", 3)


def test_as_many_rows_as_a_sheet_holds_are_read_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(csvfile, "LAST_ROW", 3)
    assert len(table(tmp_path, b"a,b\n1,2\n3,4\n\n")) == 3
    error = refusal(tmp_path, b"a,b\n1,2\n3,4\n5,6\n")
    assert (error.key, error.values["rows"], error.values["allowed"]) == ("error.file.too_many_rows", 4, 3)


def test_a_csv_file_called_xls_is_read_for_what_it_is(tmp_path):
    source = opened(tmp_path, b"Account\tStage\nAcme\tWon\n", name="export.xls")
    assert source.load("export.xls").rows == [["Account", "Stage"], ["Acme", "Won"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_are_said_in_every_language(tmp_path, language):
    for code, details in opened(tmp_path, TRADITIONAL.replace(",", ";").encode("big5")).notes:
        said = message(Finding(code, "note", "deals.csv", details=details), words(language))
        assert "deals.csv" in said
        assert any(value in said for value in details.values())


text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"), max_size=12)


@given(st.lists(st.lists(text, min_size=2, max_size=4).filter(any), min_size=1, max_size=6),
       st.sampled_from(["utf-8-sig", "utf-16", "gb18030"]))
def test_whatever_pythons_own_writer_wrote_is_read_back(tmp_path_factory, rows, encoding):
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([["Account", "Stage"], *rows])
    path = tmp_path_factory.mktemp("csv") / "deals.csv"
    path.write_bytes(stream.getvalue().encode(encoding))
    source = open_source(path, encoding=encoding)
    assert source.load("deals.csv").rows == [["Account", "Stage"], *rows]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_source_or_a_sentence(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("csv") / "deals.csv"
    path.write_bytes(content)
    try:
        source = open_source(path)
        for sheet in source.sheets:
            source.load(sheet)
    except FunnelError as error:
        assert "deals.csv" in str(error)
