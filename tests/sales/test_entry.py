"""Entry conditions: how their text is taken apart, which fields show a part, and when a deal shows too little (item 41, ruling R11)."""

import numpy as np
import pytest

from funnel_xl.sales.check.entry import condition, shown, unmet
from funnel_xl.sales.finding import message
from funnel_xl.sales.stage import preset
from funnel_xl.wording import LANGUAGES, words
from tests.sales.tables import answers_of, book, those


def keys(text: str, rule: str = "") -> list[list[str]]:
    return [[part.key for part in group] for group in condition(text, rule).groups]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_conditions_of_the_presets_are_understood_in_every_language(language):
    found = {stage.key: keys(stage.entry) for stage in preset("saas", language) if stage.entry}
    assert found == {
        "lead": [[""], [""]], "interest": [["lead_score"], ["use_case"]], "demo": [["need"], ["budget"]],
        "negotiation": [[""], ["decision_maker"]], "won": [["contract"], ["payment"]], "repeat": [["in_use"], [""]]}


@pytest.mark.parametrize(("text", "parts"), [
    ("Lead score >= 6", [["lead_score"]]), ("线索评分≥6分；明确使用场景", [["lead_score"], ["use_case"]]),
    ("Lead score of 6 or more", [["lead_score"]]),                          # this "or" belongs to the number
    ("Core needs or budget approved", [["need"], ["budget"]]), ("核心需求或预算到位", [["need"], ["budget"]]),
    ("Core needs and budget approved\nUse case", [["need", "budget"], ["use_case"]]),
    ("Budget not confirmed", [[""]]), ("預算未確認", [[""]]), ("沒有預算", [[""]]),   # denied: no field shows it
    ("Budgeting workshop held", [[""]]), ("", []), (" / ", []),
])
def test_a_condition_is_parted_where_its_parts_stand_beside_each_other(text, parts):
    assert keys(text) == parts


@pytest.mark.parametrize(("text", "parts"), [
    ("Contract signed / payment received", [["contract"], ["payment"]]), ("合同双方确认且付款到账", [["contract"], ["payment"]]),
    ("Core needs and budget approved; use case or timeline", [["need"], ["budget"], ["use_case", "timeline"]]),
])
def test_where_all_is_asked_for_and_parts_a_condition_too(text, parts):
    assert keys(text, "all") == parts


def facts(deal: dict, entry: str = "x", rule: str = "", kind: str = "open", **tables: list):
    """One deal D-1 in the stage "Step"."""
    deal = {"id": "D-1", "account": "Acme", "stage": "Step", "amount": 100} | deal
    sheets = {"Deals": [list(deal), list(deal.values())],
              "Stages": [["stage", "kind", "entry", "any or all"], ["Step", kind, entry, rule], ["Won", "won", None, None]], **tables}
    return answers_of(book(sheets)).facts


def shows(text: str, deal: dict, kind: str = "open", **tables: list) -> bool | None:
    """Whether a deal shows one part; None where no field can tell."""
    found = shown(facts(deal, kind=kind, **tables), condition(text, "").parts[0])
    return None if found is None or not found[1][0] else bool(found[0][0])


PAYMENTS = ["deal", "due", "amount", "received", "paid on"]


@pytest.mark.parametrize(("text", "deal", "answer"), [
    ("lead score of 6 or more", {"lead score": 6}, True), ("lead score of 6 or more", {"lead score": 5.9}, False),
    ("lead score reached", {"lead score": 6}, True),                        # no number named: the setting's gate
    ("lead score of 6", {"lead score": None}, False), ("lead score of 6", {}, None),
    ("clear use case", {"use case": "yes"}, True), ("clear use case", {"use case": None}, False),
    ("core needs", {"need confirmed": "yes"}, True), ("core needs", {}, None),
    ("budget fits", {"budget confirmed": "yes"}, True), ("budget fits", {"budget confirmed": "no"}, False),
    ("budget fits", {"budget": 100}, True), ("budget fits", {"budget": 99}, False), ("budget fits", {"budget": None}, None),
    ("budget approved", {"budget confirmed": None, "fund rate": "75%", "competition rate": "25%"}, True),      # item 10
    ("budget approved", {"budget confirmed": None, "fund rate": "50%", "competition rate": "25%"}, False),
    ("budget approved", {"fund rate": "50%", "competition rate": "25%"}, None),     # a fund rate alone does not deny it
    ("budget approved", {"budget approved on": "2026-03-31"}, True), ("budget approved", {"budget approved on": "2026-04-01"}, False),
    ("purchase request filed", {"fund rate": "50%", "competition rate": "25%"}, True),
    ("purchase request filed", {"fund rate": "25%", "competition rate": "25%"}, False),
    ("decision maker known", {"decision maker known": "yes"}, True), ("decision maker known", {"decision chain": "VP"}, True),
    ("decision maker known", {"decision chain": None}, False), ("decision maker known", {}, None),
    ("timeline agreed", {"timeline confirmed": "yes"}, True), ("timeline agreed", {}, None),
    ("contract signed", {}, None), ("contract signed", {"awarded": "2026-03-01"}, True), ("contract signed", {"awarded": None}, False),
    ("payment received", {}, None), ("payment received", {"paid": "2026-03-01"}, True), ("payment received", {"paid": None}, False),
    ("in use for 3 months or more", {"installed": "2025-12-31"}, True), ("in use for 3 months or more", {"installed": "2026-01-31"}, False),
    ("in use for 3 months or more", {"installed": None}, None), ("使用30天以上", {"installed": "2026-03-01"}, True),
    ("使用1年以上", {"installed": "2025-03-31"}, True), ("使用1年以上", {"installed": "2025-06-30"}, False),
])
def test_a_part_is_shown_by_its_field(text, deal, answer):
    assert shows(text, deal) is answer


def test_the_one_who_signs_is_a_decision_maker_who_is_known():
    buyers = ["deal", "name", "types"]
    assert shows("decision maker known", {}, Buyers=[buyers, ["D-1", "Boss", "T,E"]]) is True
    assert shows("decision maker known", {}, Buyers=[buyers, ["D-1", "Nurse", "U"]]) is False


def test_a_payment_is_shown_by_the_table_of_payments():
    assert shows("payment received", {}, Payments=[PAYMENTS, ["D-1", "2026-03-01", 100, 40, None]]) is True
    assert shows("payment received", {}, Payments=[PAYMENTS, ["D-1", "2026-03-01", 100, None, None]]) is False
    assert shows("payment received", {}, Payments=[PAYMENTS, ["D-2", "2026-03-01", 100, 40, None]]) is None    # nothing said of it


def test_a_won_deal_has_its_contract_and_may_still_owe_the_payment():
    text = "Contract confirmed by both sides / payment received"
    owing = {"paid": None}
    assert unmet(facts(owing, text, kind="won"), 0).deals.tolist() == [False]               # any: the contract is enough
    every = unmet(facts(owing, text, "all", kind="won"), 0)
    assert (every.deals.tolist(), every.missing(0)) == ([True], ("payment received",))      # R11: best set to all by the team
    assert unmet(facts({"paid": "2026-03-01"}, text, "all", kind="won"), 0).deals.tolist() == [False]


@pytest.mark.parametrize(("rule", "deal", "missing"), [
    ("", {"need confirmed": "yes", "budget confirmed": "no"}, None),
    ("", {"need confirmed": "no", "budget confirmed": None}, ("Core needs", "budget fits")),
    ("", {"need confirmed": "no"}, ("Core needs",)),            # the budget can't be seen: it neither helps nor hinders
    ("all", {"need confirmed": "yes", "budget confirmed": "no"}, ("budget fits",)),
    ("all", {"need confirmed": "yes"}, None),
    ("all", {"need confirmed": "yes", "budget confirmed": "yes"}, None),
])
def test_any_part_is_enough_and_all_are_asked_for_where_the_stage_says_so(rule, deal, missing):
    found = unmet(facts(deal, "Core needs / budget fits / committee agreed", rule), 0)
    assert (found.missing(0) if found.deals[0] else None) == missing


def test_nothing_that_a_field_can_show_is_nothing_to_ask():
    assert unmet(facts({}, "Core needs / budget fits"), 0) is None
    assert unmet(facts({"need confirmed": "no"}, "Committee agreed"), 0) is None
    assert unmet(facts({"need confirmed": "no"}, ""), 0) is None


def test_a_deal_that_its_status_closed_is_not_asked_for_what_its_step_needs():
    assert unmet(facts({"need confirmed": "no", "status": "lost"}, "Core needs"), 0).deals.tolist() == [False]


def test_the_finding_names_the_condition_and_what_is_missing_of_it():
    source = book({"Deals": [["account", "stage", "amount", "need confirmed", "budget confirmed"], ["Acme", "Pilot", 5, "no", "yes"]],
                   "Stages": [["stage", "kind", "entry", "any or all"], ["Pilot", "open", "Core needs / budget fits", "all"],
                              ["Won", "won", None, None], ["Lost", "lost", None, None]]})
    found = those(answers_of(source), "entry.unmet")
    assert [message(each, words("en")) for each in found] == [
        "Deals!B2: Acme stands in “Pilot”, but nothing shows that its entry condition (Core needs / budget fits) is met. "
        "Missing: Core needs. Fill in what proves it, or step back."]


def test_what_the_lead_score_gate_says_is_not_said_twice():
    def found(**deal: object) -> list[str]:
        row = {"id": "D-1", "account": "Acme", "stage": "Initial interest", "amount": 100} | deal
        said = answers_of(book({"Deals": [list(row), list(row.values())]}), stages=preset("saas"))
        return sorted(each.code for each in said.findings if each.code in ("entry.unmet", "lead_score.below_gate"))

    assert found(**{"lead score": 5}) == ["lead_score.below_gate"]
    assert found(**{"lead score": 5, "use case": "yes"}) == []
    assert found(**{"lead score": None, "use case": None}) == ["entry.unmet"]


def test_twenty_thousand_deals_are_asked_at_once():
    count = 20_000
    deals = [["account", "stage", "need confirmed", "budget confirmed"], *([f"C{n}", "Demo", "yes" if n % 2 else "no", None]
                                                                           for n in range(count))]
    found = unmet(answers_of(book({"Deals": deals}), stages=preset("saas")).facts, 2)
    assert np.array_equal(found.deals, np.arange(count) % 2 == 0)
