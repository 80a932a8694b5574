"""The worked forms of the method: Min-Sheng (spec item 23), Tong General (item 24), and the two rows of the sample sheet (items 43, 44)."""

import datetime as dt

import pytest

from funnel_xl.sales.answers import Answers
from tests.sales.tables import answers_of, book, codes, plain_sheet, those
from tests.sheets.worked_forms import AS_OF, MIN_SHENG, TONG, source


@pytest.fixture(scope="module")
def forms() -> Answers:
    """Both forms as of 15 April 2000, the date on them."""
    return answers_of(source(), AS_OF)


def test_min_sheng_is_best_few_by_score_and_by_date(forms):
    deal = forms.computed.iloc[MIN_SHENG]
    assert (deal["score"], deal["score_placement"], deal["horizon"], deal["placement"]) == (150, 2, 2, 2)
    assert (deal["agree"], deal["basis"], deal["work"], deal["horizon_months"]) == ("yes", "score+date", "close", 1)
    assert deal["probability"] == 0.5625 and deal["probability_source"] == "fund_competition"


def test_min_shengs_two_e_rows_are_a_note_and_its_unsigned_president_is_asked_about(forms):
    assert [each.row for each in those(forms, "buyers.two_economic")] == [MIN_SHENG]
    unsigned = those(forms, "position.unsigned")
    assert [(each.row, each.value, each.where) for each in unsigned] == [(MIN_SHENG, "2", "Buyers!F7")]
    mine = {each.code for each in forms.findings if each.row == MIN_SHENG}
    assert not mine & {"buyers.no_coach", "buyers.no_economic", "buyer.rating_blank", "placement.disagrees", "position.contradicts"}


def test_min_shengs_red_flag_without_an_action_is_found(forms):
    """Pricing and the unhappy customer have theirs, the total package from GE has none."""
    assert [each.details["flag"] for each in those(forms, "red_flag.no_action") if each.row == MIN_SHENG] == ["Total package from GE"]


def test_tong_general_scores_174_and_is_worth_360_thousand(forms):
    deal = forms.computed.iloc[TONG]
    assert (deal["score"], deal["placement"]) == (174, 2)
    assert deal["probability"] == pytest.approx(0.7425) and deal["weighted"] == pytest.approx(360_112.5)


def test_tong_general_has_its_roles_and_seven_blank_ratings(forms):
    found = [each.code for each in (*forms.findings, *forms.notes) if each.row == TONG]
    assert found.count("buyer.rating_blank") == 7
    assert not {"buyers.no_economic", "buyers.no_coach", "buyers.two_economic"} & set(found)


def test_a_deal_without_an_economic_buyer_is_found():
    """An invented one: on Tong General's form the E is there."""
    found = answers_of(book({"Deals": [["id", "account", "stage", "amount", "close date"], ["1", "A", "Lead", 5, "2026-05-01"]],
                             "Buyers": [["deal", "name", "types", "rating"], ["1", "N.N.", "T,C", 3]]}))
    assert [each.severity for each in those(found, "buyers.no_economic")] == ["warning"]


def test_the_forms_own_spellings_are_read():
    rows = [["Acc./Dept.", "Products", "Proposed $", "Budget", "Position", "Close Date", "Fund %", "Agilent %", "Major Spec.", "Date",
             "Sales Rep."],
            ["Min-Sheng", "PMD", None, None, "+2", "May/00'", 75, 75, "M1351A x5", "15/Apr/00'", "Calvin"],
            ["Tong General", "PMD", "485K", None, "+3", "May/00'", 99, 75, "M1205A x29", "15-Apr-00", "Frank"]]
    answers = answers_of(plain_sheet(rows), AS_OF)
    table = answers.deals.table
    assert table["account"].tolist() == ["Min-Sheng", "Tong General"] and table["owner"].tolist() == ["Calvin", "Frank"]
    assert [str(day)[:10] for day in table["close_date"]] == ["2000-05-31", "2000-05-31"]
    assert table["fund"].tolist() == [0.75, 0.99] and table["position"].tolist() == [2, 3] and table["amount"].tolist()[1] == 485_000


SIMPLIFIED = ["客户名称", "行业", "联系人(经理)", "当前阶段", "进入时间", "最近沟通时间", "沟通内容摘要", "成交概率(%)",
              "预计成交金额(万元)", "风险等级", "风险描述", "跟进人"]
TRADITIONAL = ["客戶名稱", "行業", "聯系人(經理)", "當前階段", "進入時間", "最近溝通時間", "溝通內容摘要", "成交概率(%)",
               "預計成交金額(萬元)", "風險等級", "風險描述", "跟進人"]
FIELDS = ["account", "industry", "contact", "stage", "entered", "last_contact", "note", "probability", "amount", "risk",
          "risk_description", "owner"]
SIMPLIFIED_ROWS = [
    ["A科技公司", "制造业", "张总", "商务谈判", "2024-03-15", "2024-03-20", "要求增加3个功能模块", 70, 50, "中",
     "预算需内部审批", "销售代表"],
    ["B集团", "金融", "李主任", "方案演示", "2024-03-18", "2024-03-22", "认可数据安全方案，需试用", 50, 80, "低", "无", "客户经理"]]
TRADITIONAL_ROWS = [
    ["A科技公司", "製造業", "張總", "商務談判", "2024-03-15", "2024-03-20", "要求增加3個功能模塊", 70, 50, "中",
     "預算需內部審批", "銷售代表"],
    ["B集團", "金融", "李主任", "方案演示", "2024-03-18", "2024-03-22", "認可數據安全方案,需試用", 50, 80, "低", "無", "客戶經理"]]


@pytest.mark.parametrize(("header", "rows", "language"), [
    (SIMPLIFIED, SIMPLIFIED_ROWS, "zh-Hans"), (TRADITIONAL, TRADITIONAL_ROWS, "zh-Hant"),
])
def test_the_sample_sheet_weighs_35_and_40_of_130_in_either_script(header, rows, language):
    answers = answers_of(plain_sheet([header, *rows]), dt.date(2024, 3, 30))
    assert list(answers.deals.columns) == FIELDS and not answers.deals.carried and answers.deals.language == language
    assert answers.stages_from == "preset:saas"
    assert answers.computed["weighted"].tolist() == [350_000, 400_000]                   # 35 and 40 萬
    assert (answers.summary.open.amount, answers.summary.open.weighted) == (1_300_000, 750_000)
    assert "column.unit" in codes(answers) and "share.points" in codes(answers)


@pytest.mark.parametrize(("as_of", "days", "stalled"), [(dt.date(2024, 3, 30), 15, False), (dt.date(2024, 3, 31), 16, True)])
def test_more_than_15_days_in_negotiation_is_stalled_and_15_are_not(as_of, days, stalled):
    answers = answers_of(plain_sheet([TRADITIONAL, *TRADITIONAL_ROWS]), as_of)
    assert (answers.computed["days_in_stage"][0], answers.computed["stalled"][0]) == (days, stalled)     # R14: strictly more
    assert [each.where for each in those(answers, "deal.stalled")] == (["Deals!E2"] if stalled else [])
