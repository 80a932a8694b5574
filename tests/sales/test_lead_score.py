"""The lead score from the table LeadScore: numbers worked by hand."""

import numpy as np
import pytest

from funnel_xl.build.contents import LEAD_SCORE
from funnel_xl.sales.lead_score import LeadScores, adopted_score, lead_scores
from funnel_xl.wording import LANGUAGES, words
from tests.sales.tables import answers_of, book, those

CRITERIA = [["Fit", 3, "none=0; some=0.5; clear=1"], ["Size", 2, "small/middle/large"], ["Interest", 5, "0-10"]]
STAGES = [["stage", "kind", "probability"], ["Lead", "open", 0.1], ["Proposal", "open", 0.5], ["Won", "won", 1], ["Lost", "lost", 0]]


def team(headings: list[str], *rows: list, criteria: list = CRITERIA, **tables: list):
    deals = [["id", "account", "stage", *headings], *([f"D-{at}", f"Customer {at}", "Proposal", *row] for at, row in enumerate(rows, 1))]
    return answers_of(book({"Deals": deals, "Stages": STAGES, "LeadScore": [["criterion", "weight", "levels"], *criteria], **tables}))


def scores(*asked, **more) -> LeadScores:
    return lead_scores(team(*asked, **more).facts)


def test_the_score_is_ten_times_the_weighted_mean_of_the_levels():
    found = scores(["Fit", "Size", "Interest"], ["clear", "large", 10], ["some", "middle", 4], ["none", "small", 0])
    # 10 x (3 x 0.5 + 2 x 0.5 + 5 x 0.4) / 10 = 4.5
    assert found.score.tolist() == pytest.approx([10, 4.5, 0])
    assert found.known.tolist() == [3, 3, 3] and found.counting == 3


def test_what_is_not_known_counts_as_nothing_and_is_said():
    found = scores(["Fit", "Size", "Interest"], ["clear", None, None], [None, None, None])
    assert found.score[0] == pytest.approx(3)           # 10 x 3 / 10
    assert found.most[0] == pytest.approx(10)
    assert np.isnan(found.score[1])                     # nothing is known: no score, not 0
    assert found.known.tolist() == [1, 0]
    assert found.missing(0) == ["Size", "Interest"]


def test_a_criterion_without_a_column_counts_as_not_known_and_is_said_once():
    answers = team(["Fit"], ["clear"])
    found = lead_scores(answers.facts)
    assert (found.score[0], found.known[0], found.counting) == (pytest.approx(3), 1, 3)
    assert [note.details["criteria"] for note in those(answers, "lead_score.no_column")] == ["Size, Interest"]


def test_without_any_weight_all_criteria_weigh_the_same():
    found = scores(["Fit", "Size"], ["clear", "small"], criteria=[["Fit", None, "no/clear"], ["Size", None, "small/large"]])
    assert found.score[0] == 5


def test_a_criterion_without_a_weight_or_with_levels_that_can_not_be_read_counts_for_nothing():
    found = scores(["Fit", "Size", "Interest"], ["clear", "small", 5], 
                   criteria=[["Fit", 2, ""], ["Size", 0, "small/large"], ["Interest", 3, "a, b=1"]])
    assert (found.counting, found.known[0]) == (1, 0)      # "clear" is neither a number nor yes or no
    assert np.isnan(found.score[0])


def test_a_table_without_weights_above_zero_scores_nothing():
    assert np.isnan(scores(["Fit"], ["clear"], criteria=[["Fit", 0, "none/clear"]]).score).all()


def test_without_a_table_there_is_no_score():
    answers = answers_of(book({"Deals": [["account", "stage"], ["Acme", "Proposal"]], "Stages": STAGES}))
    found = lead_scores(answers.facts)
    assert np.isnan(found.score).all() and found.counting == 0 and found.criteria == ()


def test_a_criterion_finds_the_recognised_column_that_it_is_a_spelling_of():
    criteria = [["Budget", 4, None], ["Decision maker", 3, None], ["Time of purchase", 2, None], ["使用場景", 1, None]]
    found = scores(["Budget", "Budget confirmed", "Has authority", "Timing confirmed", "Use case"],
                   [500_000, "yes", "no", "yes", "no"], criteria=criteria)
    assert [each.field for each in found.criteria] == ["bant_budget", "bant_authority", "bant_timeline", "use_case"]
    assert found.score[0] == pytest.approx(6)           # 4 + 2 of 10 points; 500,000 is money and no level


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_workbooks_criteria_are_read_from_its_own_columns(language):
    text = words(language)
    criteria = [[text[f"book.lead.{name}"], weight, text["book.lead.levels"]] for name, weight in LEAD_SCORE.items()]
    headings = [text[f"field.{name}"] for name in ("use_case", "budget", "bant_budget", "bant_authority", "bant_timeline")]
    partly = text["book.lead.levels"].replace("，", ",").split(",")[1].strip().split(" ")[1]
    answers = team(headings, [text["demo.yes"], 100, partly, text["demo.no"], None], criteria=criteria)
    found = lead_scores(answers.facts)
    assert found.score[0] == pytest.approx(4.5)         # 3 x 1 + 3 x 0.5 + 2 x 0 of 10 points
    assert found.known[0] == 3
    assert not those(answers, "flag.unread")            # "partly" is neither yes nor no, but a level it is
    assert not those(answers, "lead_score.unread")


def test_the_typed_score_stands_above_the_computed_one():
    answers = team(["Fit", "Size", "Interest", "lead score"], ["clear", "large", 10, 4], ["some", "middle", 4, None])
    assert adopted_score(answers.facts).tolist() == pytest.approx([4, 4.5])
    assert [(each.row, each.details["computed"]) for each in those(answers, "lead_score.differs")] == [(0, "10")]


def test_a_typed_score_within_what_the_unknown_criteria_leave_open_does_not_differ():
    # 3 points are known, 5 are open: from 3 to 8; a point more or less is no contradiction
    def found(score: float) -> list[str]:
        return [each.details["computed"] for each in those(
            team(["Fit", "Size", "Interest", "lead score"], ["clear", "small", None, score]), "lead_score.differs")]

    assert [found(score) for score in (1.9, 2, 9, 9.1)] == [["3 – 8"], [], [], ["3 – 8"]]


def test_the_gate_asks_the_computed_score_where_none_is_typed():
    answers = team(["Fit", "Size", "Interest"], ["some", "middle", 4], ["clear", "large", 2])      # 4.5 and 6
    found = those(answers, "lead_score.below_gate")
    assert [(each.row, each.details["value"], each.details["gate"]) for each in found] == [(0, "4.5", "6")]


def test_a_level_that_is_not_understood_is_found_once_at_its_cell_with_the_nearest_one():
    found = those(team(["Fit", "Size"], ["cler", "tiny"]), "lead_score.unread")
    assert [(each.where, each.details["mend_word"], each.details["near"]) for each in found] == [
        ("Deals!D2", "mend.near", "clear"), ("Deals!E2", "mend.level", "")]


def test_a_cell_that_reading_has_found_already_is_not_found_twice():
    answers = team(["Budget confirmed"], ["perhaps"], criteria=[["Budget", 1, "none/clear"]])
    assert [each.code for each in answers.findings if each.where == "Deals!D2" and each.code.endswith("unread")] == ["flag.unread"]


def test_closed_deals_are_not_asked():
    answers = answers_of(book({"Deals": [["account", "stage", "Fit", "lead score"], ["Acme", "Lost", "what", 9]], "Stages": STAGES,
                               "LeadScore": [["criterion", "weight", "levels"], ["Fit", 1, "none/clear"]]}))
    assert not [each for each in answers.findings if each.code.startswith("lead_score")]
