"""Which deals get a review sheet, and how the rule is said."""

import datetime as dt

import pytest

from funnel_xl.errors import OutOfRange
from funnel_xl.sales.answers import Answers, answer
from funnel_xl.sales.deals import read_deals
from funnel_xl.sheets.choose import MOST, chosen_deals
from funnel_xl.wording import words
from tests.sheets.worked_forms import source

AS_OF = dt.date(2024, 3, 30)
SOON = "2024-05-31"
HEADER = ["id", "account", "amount", "close date", "fund", "competition", "owner", "stage", "created"]


def of(*deals: list[object]) -> Answers:
    return answer(read_deals(source([HEADER, *deals]), AS_OF), AS_OF)


def deal(number: int, amount: float | None, *, fund: float | None = 0.75, competition: float | None = 0.75, owner: str = "Ann",
         stage: str = "Proposal", created: str | None = "2024-01-01") -> list[object]:
    return [f"D-{number}", f"Account {number}", amount, SOON, fund, competition, owner, stage, created]


def test_best_few_deals_come_largest_weighted_value_first():
    answers = of(deal(1, 100_000), deal(2, 120_000, competition=0.50), deal(3, 900_000, fund=0.25, competition=0.25))
    choice = chosen_deals(answers)
    # 100,000 x 0.5625 = 56,250; 120,000 x 0.375 = 45,000; the third scores 50 and is Above
    assert (choice.rows, choice.rule_key) == ((0, 1), "form.rule.best_few")
    assert choice.sentence(words("en")) == "Review sheets: 2 of 2 Best Few deals, the largest weighted value first."


def test_no_more_than_25_sheets_unless_deals_are_named():
    answers = of(*(deal(number, 1000 * number) for number in range(1, 41)))
    choice = chosen_deals(answers)
    assert choice.rows == tuple(range(39, 14, -1))
    assert choice.sentence(words("en")).startswith("Review sheets: 25 of 40")
    assert len(chosen_deals(answers, deal=[f"D-{number}" for number in range(1, 41)]).rows) == 40
    assert len(chosen_deals(answers, placement="best_few").rows) == MOST


def test_without_a_best_few_deal_the_ten_largest_are_taken():
    choice = chosen_deals(of(*(deal(number, 1000 * number, fund=0.25, competition=0.25) for number in range(1, 13))))
    assert (choice.rows, choice.rule_key) == (tuple(range(11, 1, -1)), "form.rule.largest")


def test_without_amounts_the_ten_oldest_are_taken_and_closed_ones_never():
    months = [f"2023-{month:02d}-01" for month in range(1, 13)]
    deals = [deal(number, None, fund=None, competition=None, stage="Lead", created=month) for number, month in enumerate(reversed(months))]
    choice = chosen_deals(of(*deals, deal(99, None, stage="Won", created="2020-01-01")))
    assert (choice.rows, choice.rule_key) == (tuple(range(11, 1, -1)), "form.rule.oldest")


def test_an_owners_deals_alone():
    answers = of(deal(1, 100_000), deal(2, 120_000, owner="Bo"), deal(3, 50_000, owner="bo"))
    choice = chosen_deals(answers, owner="Bo")
    assert choice.rows == (1, 2)
    assert choice.sentence(words("en")).endswith("Only deals of Bo.")


def test_deals_of_one_placement():
    answers = of(deal(1, 100_000), deal(2, 120_000, fund=0.50, competition=0.50))
    choice = chosen_deals(answers, placement="in")
    assert choice.rows == (1,)
    assert choice.sentence(words("zh-Hant")) == "審查表：1 件位於「漏斗中」的進行中商機裡的 1 件，加權金額最大者在前。"
    assert chosen_deals(answers, placement="above").rows == ()


def test_named_deals_stand_in_the_order_named_and_once():
    answers = of(deal(1, 1), deal(2, 2), deal(3, 3))
    assert chosen_deals(answers, deal=["d-3", "Account 1", "D-3"]).rows == (2, 0)


@pytest.mark.parametrize(("choice", "said"), [
    ({"deal": ["D-33"]}, 'There is no deal "D-33". Near ones: D-3, D-'),
    ({"owner": "Anne"}, 'No deal belongs to "Anne". Owners in the source: Ann.'),
    ({"placement": "top"}, 'Placement "top" is unknown; allowed: above, in, best_few, none.'),
])
def test_what_the_source_does_not_have_is_refused_naming_what_it_has(choice, said):
    with pytest.raises(OutOfRange) as refusal:
        chosen_deals(of(deal(1, 1), deal(2, 2), deal(3, 3)), **choice)
    assert str(refusal.value).startswith(said)


def test_a_source_without_open_deals_has_no_review_sheet():
    assert chosen_deals(of(deal(1, 1, stage="Won"), deal(2, 2, stage="Lost"))).rows == ()
