"""What a review sheet says of the spec's worked forms (items 23 and 24), of a deal that nobody knows, and of one with too much."""

import datetime as dt
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnel_xl.sales.answers import Answers, answer
from funnel_xl.sales.deals import read_deals
from funnel_xl.sheets.describe import Form, FormRow
from funnel_xl.sheets.review import COLUMNS, FORMS, review_sheet
from funnel_xl.sheets.reviewed import Flag, flag_number
from funnel_xl.wording import LANGUAGES, words
from tests.sheets.worked_forms import AS_OF, DEALS, EMPTY, FULL, MIN_SHENG, TONG, source


@cache
def worked() -> Answers:
    return answer(read_deals(source(), AS_OF), AS_OF)


def changed(row: int, **values: object) -> Answers:
    """The worked forms with other values in one deal."""
    deals = [list(deal) for deal in DEALS]
    for name, value in values.items():
        deals[row + 1][deals[0].index(name.replace("_", " "))] = value
    return answer(read_deals(source(deals), AS_OF), AS_OF)


def rows_of(row: int, language: str = "en", form: str = "rep", answers: Answers | None = None) -> tuple[FormRow, ...]:
    page = review_sheet(answers or worked(), row, language, form).blocks[0]
    assert isinstance(page, Form)
    return page.rows


def texts(rows: tuple[FormRow, ...]) -> list[tuple[object, ...]]:
    return [tuple(cell.text for cell in row.cells) for row in rows]


def beside(rows: tuple[FormRow, ...], label: str) -> object:
    """What stands to the right of a label."""
    return next(row[row.index(label) + 1] for row in texts(rows) if label in row)


def below(rows: tuple[FormRow, ...], label: str) -> object:
    """What stands under a tile's label."""
    said = texts(rows)
    return next(said[at + 1][row.index(label)] for at, row in enumerate(said) if label in row)


def part(rows: tuple[FormRow, ...], heading: str, end: str) -> list[tuple[object, ...]]:
    """The rows between two headings."""
    said = texts(rows)
    start = next(at for at, row in enumerate(said) if heading in row)
    return said[start + 1:next(at for at in range(start + 1, len(said)) if end in said[at])]


def test_min_sheng_is_best_few_by_score_and_date_with_a_chance_of_56_and_a_quarter_percent():
    rows = rows_of(MIN_SHENG)
    assert beside(rows, "Placement") == "score Best Few 150 / date Best Few 1 month / adopted Best Few"
    assert beside(rows, "Win probability") == "56.25 % (Fund % × Our %)"        # 0.75 x 0.75
    assert below(rows, "Our position") == "+2 Comfort"
    assert (below(rows, "Fund %"), below(rows, "Our %"), below(rows, "Close date")) == (0.75, 0.75, dt.date(2000, 5, 31))
    assert beside(rows, "Account / dept.") == "Min-Sheng Hosp. 敏盛醫院 / ICU"


def test_tong_general_scores_174_and_is_worth_360_thousand():
    rows = rows_of(TONG)
    assert beside(rows, "Placement") == "score Best Few 174 / date Best Few 1 month / adopted Best Few"
    assert beside(rows, "Win probability") == "74.25 % (Fund % × Our %)"        # 0.99 x 0.75
    assert beside(rows, "Weighted value") == pytest.approx(360_112.5)           # 485,000 x 0.7425
    assert below(rows, "Proposed price") == 485_000


def test_a_deal_that_closes_in_seven_months_is_above_whatever_its_score_and_says_what_would_lift_it():
    rows = rows_of(TONG, answers=changed(TONG, close_date="2000-11-15"))
    assert beside(rows, "Placement") == "score Best Few 174 / date Above 7 months / adopted Above"
    # six months from 15 April end on 14 October; 15 November minus six months is 15 May, so from 16 May on it closes within six
    assert beside(rows, "One step up") == "to In: close by 2000-10-14, or by time alone on 2000-05-16 if the date holds"


def test_a_low_score_names_the_rate_to_raise():
    rows = rows_of(TONG, answers=changed(TONG, fund=0.25, competition=0.75))
    assert beside(rows, "Placement") == "score In 100 / date Best Few 1 month / adopted In"
    assert beside(rows, "One step up") == "to Best Few: Fund % up to 50"        # 50 + 75 = 125; Our % at 99 gives 124 only


def test_a_close_date_in_the_past_is_printed_as_overdue():
    rows = rows_of(TONG, answers=changed(TONG, close_date="2000-03-31"))
    assert beside(rows, "Placement") == "score Best Few 174 / date OVERDUE since 2000-03-31 / adopted In"
    assert beside(rows, "One step up") == "to Best Few: set a close date that lies ahead"


def test_the_sellers_own_name_can_stand_for_our_percent():
    answers = worked()
    rows = rows_of(MIN_SHENG, answers=replace(answers, settings=replace(answers.settings, our_company="Agilent")))
    assert below(rows, "Agilent %") == 0.75
    assert beside(rows, "Win probability") == "56.25 % (Fund % × Agilent %)"


def test_buyers_stand_in_the_order_e_t_u_c_and_two_rows_stay_empty():
    buyers = part(rows_of(MIN_SHENG), "Name", "Strengths")
    assert [(buyer[0], buyer[2], buyer[3]) for buyer in buyers[:6]] == [
        ("VP", "E", "+2 for us"), ("總裁", "E", "2  (+ or −?)"), ("N.H.", "T, U", "+1 for us"), ("Pur.Chief", "T, C", "+5 for us"),
        ("Boss's Son", "T", "+1 for us"), ("ICU Chief", "T, U", "+2 for us")]
    assert buyers[6:8] == [(None,) * 6] * 2


def test_a_buyer_for_the_competitor_is_said_to_be():
    ratings = {buyer[3] for buyer in part(rows_of(FULL), "Name", "Strengths") if buyer}
    assert {"-4 for competitor", "-3 for competitor", "+5 for us", None} <= ratings


def test_red_flags_are_numbered_the_teams_own_first_and_found_ones_marked():
    flags = [row[1] for row in part(rows_of(MIN_SHENG), "Strengths", "Action plan") if row]
    assert flags[:3] == ["1. Past unsatisfied customer", "2. Total package from GE", "3. Pricing"]
    assert flags[3].startswith("4. (auto) ")
    assert flags[-1] == f"{len(flags)}."        # room for one more


def test_seven_blank_ratings_are_one_flag():
    flags = [row[1] for row in part(rows_of(TONG), "Strengths", "Action plan") if row]
    assert "(auto) 童瑞年: not known whether for or against us (and 6 more like it)" in flags[0]
    assert not any("Economic" in flag or "Coach" in flag for flag in flags)     # both are there


def test_no_economic_buyer_is_a_flag_and_at_most_five_are_found_by_the_checks():
    flags = [row[1] for row in part(rows_of(FULL), "Strengths", "Action plan") if row]
    found = [flag for flag in flags if "(auto)" in flag]
    assert any("No Economic buyer" in flag for flag in found)
    assert 0 < len(found) <= 5
    assert len(flags) == 9 + len(found) + 1


def test_actions_name_the_flag_they_answer_and_overdue_ones_are_marked():
    plan = part(rows_of(MIN_SHENG), "Flag", "Position scale")
    assert plan[0] == (3, "Offer without the ventilators", "Simon", dt.date(2000, 4, 10), "overdue")    # today is the 15th
    assert plan[1] == (1, "Bring the unhappy customer to the reference site", "Calvin", dt.date(2000, 4, 18), "☐")
    assert plan[2] == (None, "Visit the VP", "Simon", dt.date(2000, 4, 1), "☑")     # done, so not overdue
    assert plan[3] == (None, None, None, None, "☐")


def test_prices_stand_side_by_side_with_the_gaps_to_ours():
    rows = texts(rows_of(FULL))
    at = rows.index(("Budget", "Our price", "Competitor A: S.L.", "Competitor B: NK"))
    assert rows[at + 1] == (11_800_000, 12_500_000, 11_000_000, 13_200_000)
    budget, budget_share, none, a, a_share, b, b_share = rows[at + 2]
    assert (budget, none, a, b) == (700_000, None, 1_500_000, -700_000)
    # 700 / 11,800 = 5.93 %, 1,500 / 11,000 = 13.64 %, -700 / 13,200 = -5.30 %
    assert (budget_share, a_share, b_share) == pytest.approx((0.0593, 0.1364, -0.0530), abs=5e-5)


def test_the_managers_instruction_is_ticked_and_the_tender_dated():
    rows = rows_of(FULL)
    assert beside(rows, "Manager says") == "☐ go     ☑ hold     ☐ withdraw"
    assert below(rows, "Tender announced") == dt.date(2000, 11, 30)


def test_the_managers_form_begins_with_item_3_and_asks_what_the_deal_raises():
    rows = rows_of(FULL, form="manager")
    assert [text for text in texts(rows)[5] if text] == ["Budget", "Today", "Fund %", "Our position", "Close date", "Our %"]
    questions = [row[0] for row in part(rows, "Answers", "Funnel placement") if row]
    assert questions == ["1. Score and date place this deal differently: which of the two is wrong?",
                         "2. Who signs last, and when did we speak to that person?",
                         "3. Red flags without an action: 8, 9. What do we do about them, and by when?",
                         "4. We are 5.9 % above the budget: where will the difference come from?",      # 12.5 / 11.8 = 1.0593
                         "5. What would make us withdraw from this deal?"]


def test_a_deal_nobody_knows_anything_about_is_a_page_to_fill_in_by_pen():
    rows = rows_of(EMPTY)
    assert beside(rows, "Placement") == "score not known / date not known / adopted Above (by stage)"
    assert beside(rows, "One step up") == "to In: rate Fund %; and rate Our %"
    assert [below(rows, label) for label in ("Proposed price", "Budget", "Our position", "Close date", "Fund %", "Our %")] == [None] * 6


def test_a_closed_deal_is_said_to_be_closed_and_is_asked_for_nothing():
    rows = rows_of(TONG, answers=changed(TONG, stage="Won"))
    assert beside(rows, "Placement") == "closed: won"
    assert beside(rows, "One step up") is None


def test_what_has_no_place_on_the_page_is_said():
    crowd = [["T-1", f"Person {number}", None, None, "U", 1, None, None] for number in range(20)]
    threats = [["T-1", "red flag", f"Threat {number}"] for number in range(1, 12)]
    rivals = [["T-1", name, None, None, None, None, None] for name in ("GE", "Siemens", "Mindray", "Dräger")]
    rows = texts(rows_of(TONG, answers=answer(read_deals(source(Buyers=crowd, Notes=threats, Competitors=rivals), AS_OF), AS_OF)))
    assert ("and 15 more in the source",) in rows       # 7 + 20 buyers, 12 of them shown
    assert ("and 2 more in the source",) in rows        # 11 flags, 9 of them shown
    assert any(str(row[1]).startswith("12. (auto) ") for row in rows if len(row) == 2)      # numbers stay those of the source
    assert ("Further competitors: Mindray, Dräger",) in rows


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("row", range(4))
def test_every_row_of_the_page_is_as_wide_as_the_page(row, form, language):
    for cells in (each.cells for each in rows_of(row, language, form) if each.cells):
        assert sum(cell.span for cell in cells) == len(COLUMNS)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_chinese_page_has_no_english_label(language):
    english = {text for key, text in words("en").items() if key.startswith("form.label.") and text != "{company} %"}
    said = {text for row in texts(rows_of(TONG, language)) for text in row}
    assert not said & english
    assert {"Tong General Hosp. 童綜合", words(language)["form.label.close"]} <= said


def test_an_action_finds_its_flag_by_number_or_by_words():
    flags = [Flag(1, "Pricing is high"), Flag(2, "No Coach")]
    references = {"1": 1, "#2": 2, "no. 2": 2, "pricing": 1, "No Coach: find one": 2, "3": 0, "": 0, "rumour": 0}
    assert {text: flag_number(text, flags) for text in references} == references


@settings(max_examples=25)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_whatever_stands_in_the_tables_there_is_a_page(text, types, reference):
    more = {"Buyers": [["T-1", text, text, text, types, types, text, text]], "Notes": [["T-1", "red flag", text]],
            "Actions": [["T-1", text or "act", text, None, None, reference]],
            "Competitors": [["T-1", text, types, text, types, text, text]]}
    deals = [DEALS[0], DEALS[1], [*DEALS[2][:1], text or "x", *DEALS[2][2:10], text, text, "Proposal", None, text, reference, None]]
    answers = answer(read_deals(source(deals, **more), AS_OF), AS_OF)
    for row in range(len(answers.deals.table)):
        assert rows_of(row, answers=answers, form="manager")
