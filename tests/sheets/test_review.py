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
    # room for two more, led by the four prompts of item 21
    assert flags[-2:] == [f"{len(flags) - 1}. Rival's main threat: price? spec? · Our weak point, and its exact gap?",
                          f"{len(flags)}. No Coach? A buyer who hardly backs us? · Latent threats, uncertainties?"]


def test_seven_blank_ratings_are_one_flag():
    flags = [row[1] for row in part(rows_of(TONG), "Strengths", "Action plan") if row]
    assert "(auto) 童瑞年: not known whether for or against us (and 6 more like it)" in flags[0]
    assert not any("(auto)" in flag and ("Economic" in flag or "Coach" in flag) for flag in flags)      # both are there


def test_no_economic_buyer_is_a_flag_and_at_most_five_are_found_by_the_checks():
    flags = [row[1] for row in part(rows_of(FULL), "Strengths", "Action plan") if row]
    found = [flag for flag in flags if "(auto)" in flag]
    assert any("No Economic buyer" in flag for flag in found)
    assert 0 < len(found) <= 5
    assert len(flags) == 9 + len(found) + 2


def test_actions_name_the_flag_they_answer_and_overdue_ones_are_marked():
    plan = part(rows_of(MIN_SHENG), "Flag", "Position scale")
    assert plan[0] == (3, "Offer without the ventilators", "Simon", dt.date(2000, 4, 10), "overdue")    # today is the 15th
    assert plan[1] == (1, "Bring the unhappy customer to the reference site", "Calvin", dt.date(2000, 4, 18), "☐")
    assert plan[2] == (None, "Visit the VP", "Simon", dt.date(2000, 4, 1), "☑")     # done, so not overdue
    assert plan[3] == (None, "Monitor it constantly · List the help needed: who, by when", None, None, "☐")       # the last of the 7 rules


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
    rivals = [["T-1", f"Rival {number}", None, None, None, None, None] for number in range(1, 11)]
    rows = texts(rows_of(TONG, answers=answer(read_deals(source(Buyers=crowd, Notes=threats, Competitors=rivals), AS_OF), AS_OF)))
    assert ("and 15 more in the source",) in rows       # 7 + 20 buyers, 12 of them shown
    assert ("and 2 more in the source",) in rows        # 11 flags, 9 of them shown
    assert any(str(row[1]).startswith("12. (auto) ") for row in rows if len(row) == 2)      # numbers stay those of the source
    assert ("Further competitors: Rival 9, Rival 10",) in rows      # A to D in full, E to H in a line each


RIVALS = [["T-1", "GE", 1, "Own sales", 470_000, "B650", "Price"], ["T-1", "Siemens", -2, None, 450_000, "SC", "Relations"],
          ["T-1", "Mindray", 3, "Dealer", None, "uMEC", "Low price"], ["T-1", "Dräger", None, None, 520_000, None, None],
          ["T-1", "NK", "2", "光電", 300_000, "LS-M", "Module"], ["T-1", "Comen", -5, None, None, None, None]]


def with_rivals(count: int, form: str = "manager") -> tuple[FormRow, ...]:
    return rows_of(TONG, form=form, answers=answer(read_deals(source(Competitors=RIVALS[:count]), AS_OF), AS_OF))


@pytest.mark.parametrize(("count", "titles"), [(0, "AB"), (1, "AB"), (2, "AB"), (3, "ABCD"), (4, "ABCD"), (6, "ABCD")])
def test_competitors_stand_in_pairs_and_an_odd_one_leaves_a_place_to_fill_in(count, titles):
    headings = [cell.text for row in with_rivals(count) for cell in row.cells if cell.look == "heading" and "Competitor" in str(cell.text)]
    assert headings == [f"Competitor {letter}" + (f": {RIVALS[at][1]}" if at < count else "") for at, letter in enumerate(titles)]


def test_the_third_and_fourth_competitors_price_stands_beside_ours_too():
    rows = texts(with_rivals(4))
    at = next(at for at, row in enumerate(rows) if "Our price" in row)
    assert rows[at + 1] == (None, 485_000, 470_000, 450_000, None, 520_000)
    # of the budget, ours and the third price nothing is known to compare: each gap that is takes two cells
    assert rows[at + 2] == (None, None, 15_000, pytest.approx(15 / 470), 35_000, pytest.approx(35 / 450), None, -35_000,
                            pytest.approx(-35 / 520))


def test_from_the_fifth_on_a_competitor_is_one_line_with_position_channel_price_product_and_strategy():
    rows = texts(with_rivals(6))
    at = rows.index(("Further competitors", "Its position", "Channel", "Price", "Products", "Key strategy"))
    assert rows[at + 1] == ("E: NK", "2  (+ or −?)", "光電", 300_000, "LS-M", "Module")        # unsigned: asked, not guessed (R19)
    assert rows[at + 2] == ("F: Comen", "-5 Panic", None, None, None, None)


def bars(rows: tuple[FormRow, ...]) -> list[str]:
    """Each buyer's bar as text: "=" filled, the number at its end, "." empty, "|" between the sides."""
    drawn = []
    for row in rows:
        cells = [cell for cell in row.cells if cell.look.startswith("bar")]
        if cells:
            steps = [str(cell.text) if cell.text else "=" if ".us" in cell.look or ".rival" in cell.look else "." for cell in cells]
            drawn.append("".join(steps[:5]) + "|" + "".join(steps[5:]))
            assert [cell.look.endswith(".axis") for cell in cells] == [False] * 5 + [True] + [False] * 4
    return drawn


def test_the_manager_sees_each_buyer_on_the_scale_ours_to_the_right_and_the_rivals_to_the_left():
    people = [["X-1", "Somebody", None, None, "U", rating, None, None] for rating in (3, -4, 1, -1, 5, -5, None)]
    rows = rows_of(EMPTY, form="manager", answers=answer(read_deals(source(Buyers=people), AS_OF), AS_OF))
    assert bars(rows) == [".....|==+3..", ".-4===|.....", ".....|+1....", "....-1|.....", ".....|====+5", "-5====|.....",
                          *[".....|....."] * 3]      # not rated; and two rows for those who turn up in the review
    looks = {cell.text: cell.look for row in rows for cell in row.cells if "end" in cell.look}
    assert (looks["+3"], looks["-4"], looks["+1"]) == ("bar.us.end", "bar.rival.end", "bar.us.end.axis")


def test_a_rating_without_a_sign_is_no_bar_but_stands_as_typed():
    rows = rows_of(MIN_SHENG, form="manager")
    assert next(row for row in texts(rows) if row[:1] == ("總裁",))[:4] == ("總裁", "President", "E", "2  (+ or −?)")
    assert len(bars(rows)) == 5 + 2         # six buyers, one of them unsigned; two empty rows


def test_the_reps_form_says_ratings_in_words():
    assert bars(rows_of(MIN_SHENG)) == []


def prompts(rows: tuple[FormRow, ...]) -> list[str]:
    return [str(cell.text) for row in rows for cell in row.cells if cell.look == "box.prompt" and cell.text]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_an_empty_form_asks_all_prompts_of_the_method(form, language):
    said, text = " ".join(prompts(rows_of(EMPTY, language, form))), words(language)
    asked = [text[f"form.prompt.{part}.{number}"] for part, count in (("strengths", 4), ("flags", 4), ("plan", 7))
             for number in range(1, count + 1)]
    assert len(asked) == len(set(asked)) == 15
    assert not [prompt for prompt in asked if prompt not in said]


def test_a_filled_box_has_no_prompt_and_what_is_filled_answers_the_first_ones():
    steps = [["T-1", f"Step {number}", "Frank", "2000-05-01", None, None] for number in range(1, 4)]
    strengths = [["T-1", "strength", f"Strength {number}"] for number in range(3, 7)]
    rows = rows_of(TONG, answers=answer(read_deals(source(Actions=steps, Notes=strengths), AS_OF), AS_OF))
    plan = part(rows, "Flag", "Position scale")
    assert [row[1] for row in plan if len(row) == 5] == [
        "Step 1", "Step 2", "Step 3", "Monitor it constantly · List the help needed: who, by when"]
    left = [row[0] for row in part(rows, "Strengths", "Action plan") if row]
    assert left == ["Good Reputation", "Coaching", "Strength 3", "Strength 4", "Strength 5", "Strength 6",
                    "Which feature or specification locks rivals out? · Price and performance: what sells?",
                    "Beyond that: service, future needs? · Which key person is with us?"]


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
