"""Two product lines with stages of their own in one book: who stands where, and what each line is asked for."""

import pytest

from funnel_xl.sales.finding import message
from funnel_xl.sales.journey import journeys
from funnel_xl.sales.lines import closing_stage, line_names, stages_for, steps_by_line
from funnel_xl.sales.stage import Stage
from funnel_xl.wording import words
from tests.sales.tables import answers_of, book, codes, those

HEADER = ["stage", "kind", "probability", "placement", "product line"]
# Software has four steps and a won stage of its own; Hardware three and the shared won; lost is shared.
STAGES = [
    ["Lead", "open", 0.1, "above", "Software"], ["Trial", "open", 0.3, "in", "Software"], ["Demo", "open", 0.5, "in", "Software"],
    ["Contract", "open", 0.8, "best few", "Software"], ["Subscribed", "won", None, None, "software "],
    ["Enquiry", "open", 0.2, "above", "Hardware"], ["Demo", "open", 0.4, "in", "Hardware"], ["Quote", "open", 0.6, "best few", "Hardware"],
    ["Ordered", "won", None, None, None], ["Lost", "lost", None, None, None],
]
DEALS = [
    ["1", "Acme", "Software", "Lead", 100], ["2", "Bolt", "software", "Demo", 100], ["3", "Cord", "Hardware", "Demo", 100],
    ["4", "Dune", "Hardware", "Ordered", 100], ["5", "Elm", "Software", "Subscribed", 100], ["6", "Fir", "Hardware", "Lost", 100],
]


def team(*deals: list, stages=STAGES, header=("id", "account", "product", "stage", "amount"), **tables):
    return answers_of(book({"Deals": [list(header), *(deals or DEALS)], "Stages": [HEADER, *stages], **tables}))


def test_each_deal_stands_in_the_stage_of_its_own_line():
    found = team()
    assert [found.stages[at].line + ":" + found.stages[at].name for at in found.facts.stage] == [
        "Software:Lead", "Software:Demo", "Hardware:Demo", ":Ordered", "Software:Subscribed", ":Lost"]
    assert found.computed["probability"].tolist()[:3] == [0.1, 0.5, 0.4]        # "Demo" is worth what its line says
    assert codes(found).count("stage.unknown") == 0


def test_one_line_has_one_name_however_its_rows_spell_it():
    assert line_names(team().stages) == ("Software", "Hardware")


def test_a_column_of_pipelines_stands_above_the_product():
    header = ("id", "account", "product", "pipeline name", "stage", "amount")
    found = team(["1", "Acme", "Hardware", "Software", "Lead", 1], header=header)
    assert found.facts.line.tolist() == ["Software"]


def test_steps_are_counted_for_each_line():
    assert steps_by_line(team().stages) == {"Software": 5, "Hardware": 4}       # open stages and the order
    assert steps_by_line((Stage("A"), Stage("B"), Stage("W", "won"))) == {"": 3}
    assert steps_by_line((Stage("W", "won"), Stage("L", "lost"))) == {"": 1}
    assert steps_by_line(()) == {}


def test_won_and_lost_are_shared_by_the_lines_that_have_none():
    stages = team().stages
    assert [stages[closing_stage(stages, line, "won")].name for line in ("Software", "Hardware")] == ["Subscribed", "Ordered"]
    assert closing_stage(stages, "Software", "post") == -1
    assert [stages[at].name for at in stages_for(stages, "Hardware")] == ["Enquiry", "Demo", "Quote", "Ordered", "Lost"]


def test_a_stage_of_another_line_is_unknown_and_the_finding_names_those_of_its_own():
    found = those(team(["1", "Acme", "Hardware", "Trial", 100]), "stage.unknown")
    assert [message(each, words("en")) for each in found] == [
        "Deals!D2: stage “Trial” is unknown; allowed: Enquiry, Demo, Quote, Ordered, Lost. Choose one of them, or add it to the stages."]


def test_a_deal_of_a_line_without_stages_is_told_which_lines_have_some():
    found = team(["1", "Acme", "Service", "Trial", 100], ["2", "Bolt", "Software", "Lead", 50])
    said = {each.code: message(each, words("en")) for each in found.findings}
    assert said["stage.unknown"] == ("Deals!D2: stage “Trial” is unknown; allowed: Ordered, Lost. Only these product lines have stages: "
                                     "Software, Hardware. Correct the deal's product line, or give its own line stages.")
    assert said["stages.line_missing"].startswith("Deals!C2: 1 deals belong to no product line with stages (Service)")
    assert said["stages.line_unused"].startswith("Stages!E7: no deal belongs to the product line “Hardware”")


def test_stages_without_a_line_serve_all_other_deals():
    shared = [["Talk", "open", 0.2, "above", None], ["Offer", "open", 0.5, "in", None], *STAGES]
    found = team(["1", "Acme", "Service", "Offer", 100], ["2", "Bolt", "Software", "Talk", 100], stages=shared)
    assert found.stages[found.facts.stage[0]].name == "Offer"
    assert [each.where for each in those(found, "stage.unknown")] == ["Deals!D3"]      # Software has its own steps
    assert those(found, "stages.line_missing") == []


@pytest.mark.parametrize(("stages", "line"), [
    ([*STAGES[:5], *STAGES[6:7], *STAGES[8:]], "the deals of “Hardware”"),      # Demo and Ordered are two steps
    ([*STAGES[:1], *STAGES[4:]], "the deals of “Software”"),                    # Lead and Subscribed
])
def test_too_few_stages_are_said_of_the_line_that_has_them(stages, line):
    found = those(team(stages=stages), "stages.too_few")
    assert [message(each, words("en")) for each in found] == [
        f"Stages!A1: only 2 stages up to the order for {line}; 5 to 7 work best, at least 3."]


def test_a_line_without_a_won_stage_is_named():
    deals = [DEALS[0], DEALS[2]]
    stages = [*STAGES[:8], STAGES[9]]
    found = those(team(*deals, stages=stages), "stages.no_won")
    assert [each.details["line"] for each in found] == ["Hardware"]
    assert those(team(*DEALS, stages=stages), "stages.no_won") == []        # "Subscribed" has been won by a deal: it is no row's business


def test_the_first_stage_of_each_line_asks_for_no_lead_score():
    header = ("id", "account", "product", "stage", "amount", "lead score")
    low = [["1", "Acme", "Software", "Lead", 1, 3], ["2", "Bolt", "Hardware", "Enquiry", 1, 3], ["3", "Cord", "Hardware", "Demo", 1, 3]]
    assert [each.where for each in those(team(*low, header=header), "lead_score.below_gate")] == ["Deals!F4"]


def test_two_stages_of_one_name_are_two_mistakes_only_within_a_line():
    assert those(team(), "stages.name_twice") == []
    twice = [*STAGES, ["demo", "open", 0.7, "in", "HARDWARE"]]
    assert [each.where for each in those(team(stages=twice), "stages.name_twice")] == ["Stages!A12"]


def test_chances_rise_within_each_line():
    assert those(team(), "stages.probability_falls") == []         # Hardware begins at 20 %, below Software's 80 %


def test_a_dated_column_means_the_stage_of_the_deals_own_line():
    header = ("id", "account", "product", "stage", "amount", "date entered demo", "date entered lead")
    found = team(["1", "A", "Software", "Contract", 1, "2026-02-01", "2026-01-01"], ["2", "B", "Hardware", "Quote", 1, "2026-02-01", None],
                 header=header)
    ways = journeys(found.facts)
    stays = {(int(deal), found.stages[at].line, found.stages[at].name) for deal, at in zip(ways.deal, ways.stage, strict=True)}
    assert {(0, "Software", "Demo"), (1, "Hardware", "Demo")} <= stays
    assert (1, "Software", "Demo") not in stays and (0, "Hardware", "Demo") not in stays


def test_each_line_is_placed_and_weighed_in_its_own_order_where_the_table_leaves_it_empty():
    bare = [["Lead", "open", None, None, "Software"], ["Demo", "open", None, None, "Software"], ["Offer", "open", None, None, "Software"],
            ["Enquiry", "open", None, None, "Hardware"], ["Quote", "open", None, None, "Hardware"], ["Won", "won", None, None, None]]
    stages = team(stages=bare).stages
    assert [stage.placement for stage in stages[:5]] == [0, 1, 2, 0, 1]     # by thirds of three steps, of two
    assert [stage.probability for stage in stages[:5]] == [0.1, 0.425, 0.75, 0.1, 0.75]
