"""Stages: presets in three languages, the book's own table, a model proposed from the data, a file (issue 2, section 1)."""

import numpy as np
import pytest

from funnel_xl.errors import SourceError
from funnel_xl.sales.answers import Answers
from funnel_xl.sales.stage import kind_of, match, preset, presets
from funnel_xl.sales.stages_file import read_stages
from funnel_xl.wording import LANGUAGES
from tests.sales.tables import AS_OF, answers_of, book, csv_file, plain_sheet, those


def team(names: list, *more: tuple[str, list], heading: str = "Stage", **asked: object) -> Answers:
    """Deals in stages of these names, one each; `more` are further columns."""
    rows = [["Account", heading, *(name for name, _ in more)],
            *([f"C{at}", name, *(cells[at] for _, cells in more)] for at, name in enumerate(names))]
    return answers_of(plain_sheet(rows), **asked)


def open_names(answers: Answers) -> list[str]:
    return [stage.name for stage in answers.stages if stage.kind == "open"]


def kinds(answers: Answers) -> dict[str, str]:
    return {stage.name: stage.kind for stage in answers.stages}


def evidence(answers: Answers) -> str:
    return those(answers, "stages.proposed")[0].details["evidence_word"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", presets())
def test_a_source_that_uses_all_names_of_a_preset_gets_that_preset(name, language):
    stages = preset(name, language)
    answers = team([stage.name for stage in stages], heading={"en": "Stage", "zh-Hans": "当前阶段", "zh-Hant": "當前階段"}[language])
    same = [other for other in presets() if [stage.name for stage in preset(other, language)] == [stage.name for stage in stages]]
    assert answers.stages_from in [f"preset:{other}" for other in same]
    assert answers.computed["kind"].tolist() == [stage.kind for stage in stages] and not those(answers, "stage.unknown")


def test_a_source_in_another_spelling_keeps_its_own_names():
    answers = team(["lead", "INITIAL INTEREST", "Demo", "negotiation", "Closed Won"])
    assert answers.stages_from == "preset:saas"
    assert [line.label for line in answers.summary.stages][:5] == ["lead", "INITIAL INTEREST", "Demo", "negotiation", "Closed Won"]


def test_the_stages_that_a_preset_asks_for_stand_above_what_fits():
    answers = team(["Lead", "Demo", "Negotiation"], stages=preset("s1"), stages_from="preset:s1")
    assert (answers.stages_from, answers.stages[0].probability) == ("preset:s1", 0.1)
    assert [each.value for each in those(answers, "stage.unknown")] == ["Negotiation"]


def test_presets_that_do_not_exist_are_refused_by_name():
    with pytest.raises(SourceError, match="saas"):
        preset("spin")


@pytest.mark.parametrize(("name", "kind"), [
    ("Closed Won", "won"), ("closed - won", "won"), ("WON", "won"), ("赢单", "won"), ("得標", "won"), ("成交", "won"), ("5. Won", "won"),
    ("Closed Lost", "lost"), ("Abandoned", "lost"), ("declined", "lost"), ("丢单", "lost"), ("未得標", "lost"), ("失敗", "lost"),
    ("復購增購", "post"), ("售后服务", "post"), ("Proposal", ""), ("Wonderful", ""), ("", ""),
])
def test_won_and_lost_are_known_by_name_in_three_languages(name, kind):
    assert kind_of(name) == kind


def test_mavens_four_stages_are_put_in_the_usual_order_of_sales():
    answers = team(["Engaging", "Won", "Prospecting", "Lost", "Engaging"])
    assert (answers.stages_from, open_names(answers), evidence(answers)) == ("proposed", ["Prospecting", "Engaging"], "stages.by_known")
    assert kinds(answers) == {"Prospecting": "open", "Engaging": "open", "Won": "won", "Lost": "lost"}
    assert [stage.probability for stage in answers.stages] == [0.10, 0.75, 1, 0]


def test_numbers_in_front_of_the_names_give_the_order():
    answers = team(["10. Sign", "2. Talk", "1. Meet", "Won"])
    assert (open_names(answers), evidence(answers)) == (["1. Meet", "2. Talk", "10. Sign"], "stages.by_number")
    assert open_names(team(["(3) C", "（1）A", "(2) B"])) == ["（1）A", "(2) B", "(3) C"]


def test_the_deals_own_chances_give_the_order():
    answers = team(["Blue", "Green", "Red", "Blue"], ("Probability", ["80%", "30%", "10%", "90%"]))
    assert (open_names(answers), evidence(answers)) == (["Red", "Green", "Blue"], "stages.by_probability")


def test_fuller_rows_are_further():
    answers = team(["Blue", "Green"], ("Amount", [5, None]), ("Product", ["PMD", None]))
    assert (open_names(answers), evidence(answers)) == (["Green", "Blue"], "stages.by_filled")


def test_older_deals_are_further_where_nothing_else_tells():
    answers = team(["Blue", "Green"], ("Created", ["2026-01-01", "2026-03-01"]))
    assert (open_names(answers), evidence(answers)) == (["Green", "Blue"], "stages.by_age")


def test_where_nothing_tells_the_alphabet_does_and_that_is_said():
    answers = team(["Green", "Blue"])
    assert (open_names(answers), evidence(answers)) == (["Blue", "Green"], "stages.by_name")
    assert those(answers, "stages.proposed")[0].details["stages"] == "Blue 10%, Green 75%"


def test_a_typing_error_is_an_unknown_stage_and_not_a_stage():
    answers = team(["Blue phase"] * 30 + ["Green phase"] * 30 + ["Blue fase", "Won"])
    assert set(kinds(answers)) == {"Blue phase", "Green phase", "Won"}
    found = those(answers, "stage.unknown")
    assert [(each.value, each.details["near"]) for each in found] == [("Blue fase", "Blue phase")]


def test_a_rare_stage_of_its_own_is_a_stage():
    assert "Legal review" in kinds(team(["Blue phase"] * 60 + ["Green phase"] * 30 + ["Legal review"]))


def test_a_flag_won_says_what_a_stage_of_opaque_names_is():
    answers = team(["a7f", "b22", "c31", "b22"], ("Is Won", ["true", "false", "false", "false"]),
                   ("Is Closed", ["true", "true", "false", "true"]))
    assert kinds(answers) == {"a7f": "won", "b22": "lost", "c31": "open"}
    assert answers.computed["kind"].tolist() == ["won", "lost", "open", "lost"]


def test_no_stage_at_all_is_a_note_and_every_deal_is_open():
    answers = answers_of(plain_sheet([["Account", "Amount"], ["A", 5]]))
    assert (answers.stages, answers.stages_from, answers.summary.open.deals) == ((), "none", 1)
    assert those(answers, "stages.none") and not those(answers, "stages.too_few")


STAGES = [["stage", "kind", "probability", "placement", "expected days", "stall days", "entry"],
          ["Talk", "open", "20%", "above", 10, 12, "a name"], ["Quote", None, None, None, None, None, None],
          ["Signed", None, None, None, None, None, None], ["Gone", "lost", None, None, None, None, None]]


def own_stages(*deals: str, stages: list = STAGES, name: str = "Stages") -> Answers:
    return answers_of(book({"Deals": [["Account", "Stage"], *(["A", stage] for stage in deals)], name: stages}))


def test_the_books_own_stages_stand_above_every_preset():
    answers = own_stages("talk", "Quote", "Signed", "Gone")
    assert answers.stages_from == "book" and [stage.kind for stage in answers.stages] == ["open", "open", "won", "lost"]
    talk, quote = answers.stages[:2]
    assert (talk.probability, talk.placement, talk.expected_days, talk.stall_days, talk.entry) == (0.2, 0, 10, 12, "a name")
    assert (quote.probability, quote.placement, quote.stall_days) == (0.75, 1, 30)       # blanks: last of two, a month
    assert [stage.probability for stage in answers.stages[2:]] == [1, 0]


def test_a_stage_that_the_books_table_does_not_know_is_found_with_the_nearest():
    found = those(own_stages("Tlak"), "stage.unknown")
    assert [(each.where, each.details["allowed"], each.details["near"]) for each in found] == [
        ("Deals!B2", "Talk, Quote, Signed, Gone", "Talk")]


def test_the_stages_table_is_found_by_its_name_in_any_language_and_its_headings():
    chinese = [["階段", "類型", "成交機率"], ["洽談", "進行中", 0.2], ["得標", "贏單", None]]
    answers = own_stages("洽談", stages=chinese, name="階段")
    assert answers.stages_from == "book" and [(stage.name, stage.kind) for stage in answers.stages] == [("洽談", "open"), ("得標", "won")]


@pytest.mark.parametrize("file", [csv_file([["Stage", "Probability"], ["Talk", "20%"], ["Won", ""]], "stages.csv"),
                                  book({"Anything": [["Stage", "Probability"], ["Talk", 0.2], ["Won", None]]}),
                                  plain_sheet([["Our stages"], [], ["Stage", "Probability"], ["Talk", 0.2], ["Won", None]])])
def test_a_file_of_stages_is_read_whatever_its_sheet_is_called(file):
    talk, won = read_stages(file, AS_OF)
    assert (talk.name, talk.kind, talk.probability, won.name, won.kind, won.probability) == ("Talk", "open", 0.2, "Won", "won", 1)


def test_a_file_with_a_column_of_stages_and_nothing_else_is_enough():
    stages = read_stages(csv_file([["Stage"], ["Talk"], ["Quote"], ["Won"], ["Lost"]], "stages.csv"), AS_OF)
    assert [(stage.name, stage.kind) for stage in stages] == [("Talk", "open"), ("Quote", "open"), ("Won", "won"), ("Lost", "lost")]


@pytest.mark.parametrize(("file", "says"), [(csv_file([["Stage", "Probability"]], "s.csv"), "holds no stage"),
                                            (csv_file([["foo", "bar"], ["x", "y"]], "s.csv"), "no column is headed Stage")])
def test_a_file_without_stages_is_refused(file, says):
    with pytest.raises(SourceError, match=says):
        read_stages(file, AS_OF)


def test_match_knows_names_keys_and_words_of_winning():
    stages = preset("saas")
    assert [match(name, stages) for name in ("Demo", "方案演示", "won", "贏單", "closed lost", "nonsense", "")] == [2, 2, 4, 4, 5, -1, -1]


def test_a_stage_after_the_sale_is_in_no_forecast():
    answers = team(["Lead", "Negotiation", "Signed", "Repeat / upsell"], ("Amount", [1, 2, 4, 8]))
    assert answers.summary.open.amount == 3 and answers.summary.won.amount == 4
    repeat = next(line for line in answers.summary.stages if line.label == "Repeat / upsell")
    assert (repeat.kind, repeat.deals, repeat.amount) == ("post", 1, 8) and np.isnan(repeat.weighted)       # R17: its own count
