"""Every rule, once kept and once broken: what breaks it by a hair, where it points, and what it says."""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pytest

from funnel_xl.sales.answers import Answers
from funnel_xl.sales.check import RULES
from funnel_xl.sales.finding import message
from funnel_xl.sales.settings import Settings
from funnel_xl.sales.stage import Stage, preset
from funnel_xl.sales.workdays import Workdays
from funnel_xl.wording import words
from tests.sales.tables import AS_OF, answers_of, book, those

# Columns A to H; what a case adds stands in I, J, ... As of Tuesday 2026-03-31.
GOOD = {"id": "D-1", "account": "Acme", "product": "PMD", "owner": "Calvin", "stage": "Proposal", "amount": 100_000,
        "close date": "2026-05-15", "created": "2026-01-10"}
WON = {"id": "D-2", "account": "Bolt", "stage": "Won", "close date": "2026-02-01"}
LOST = {"id": "D-3", "account": "Cord", "stage": "Lost", "close date": "2026-02-01"}
HEADERS = {
    "Buyers": ["deal", "name", "types", "rating", "contacted"],
    "Competitors": ["deal", "name", "position"],
    "Notes": ["deal", "kind", "text"],
    "Actions": ["deal", "action", "owner", "due", "done", "red flag"],
    "Rates": ["date", "currency", "rate"],
    "Stages": ["stage", "kind", "probability", "placement", "stall days", "expected days", "entry", "action", "output", "any or all",
               "least conversion", "product line"],
    "Settings": ["setting", "value"],
    "Quotas": ["owner", "period", "measure", "value"],
    "Payments": ["deal", "due", "amount", "received", "received on"],
    "LeadScore": ["criterion", "weight", "levels"],
}
STAGES = [["Lead", "open", 0.1, "above", 30], ["Proposal", "open", 0.5, "in", 30], ["Negotiation", "open", 0.75, "best few", 15],
          ["Won", "won", None, None, None], ["Lost", "lost", None, None, None]]
SIGNER, COACH = ["D-1", "Boss", "E", 2, "yes"], ["D-1", "Head nurse", "C", 4, "yes"]
SMALL_AND_BIG = [["small", 50_000], ["big", 90_000]]


@dataclass(frozen=True)
class Team:
    """A team's book: deals as changes to the one in good order, and companion tables by name."""

    deals: tuple[dict, ...] = ({},)
    tables: dict[str, list] = field(default_factory=dict)
    as_of: dt.date = AS_OF
    stages: tuple[Stage, ...] | None = None


def team(*deals: dict, as_of: dt.date = AS_OF, stages: tuple[Stage, ...] | None = None, **tables: list) -> Team:
    return Team(deals or ({},), tables, as_of, stages)


def answers(asked: Team) -> Answers:
    deals = [GOOD | changes for changes in asked.deals]
    headings = list(dict.fromkeys(name for deal in deals for name in deal))
    tables = {"Stages": STAGES, **asked.tables}
    sheets = {"Deals": [headings, *([deal.get(name) for name in headings] for deal in deals)]}
    sheets |= {name: [HEADERS[name], *rows] for name, rows in tables.items()}
    return answers_of(book(sheets), asked.as_of, stages=asked.stages)


@dataclass(frozen=True)
class Case:
    """One rule: a book that breaks it once, and one that keeps it by a hair."""

    broken: Team
    kept: Team
    where: str
    value: object
    says: str       # words of its sentence in English
    column: str = ""        # the field it is about, where that is not the rule's own


CRITERIA = [["Fit", 3, "none=0; some=0.5; clear=1"], ["Size", 1, "small/large"]]
ALL_SAID = [*([*row, 9, "a", "b", "c"] for row in STAGES[1:3]), *STAGES[3:]]    # nothing is left to be said of these


def lined(*lines: str) -> list[list]:
    """Three open stages for each product line; won and lost are shared."""
    return [[*row, *[None] * 6, line] for line in lines for row in STAGES[:3]] + STAGES[3:]


SOFTWARE = preset("saas")       # Lead, Initial interest, Demo, Negotiation, Signed ...
CASES = {
    "stage.missing": Case(team({"stage": None}), team(), "Deals!E2", None, "has no stage"),
    "stage.unknown": Case(team({"stage": "Proposl"}), team({"stage": " PROPOSAL "}), "Deals!E2", "Proposl", "Did you mean “Proposal”?"),
    "account.missing": Case(team({"account": None}), team({}, WON | {"account": None}), "Deals!B2", None, "has no account"),
    "amount.missing": Case(team({"amount": None}), team({"amount": 0}), "Deals!F2", None, "has no amount"),
    "close_date.missing": Case(team({"close date": None}), team({"close date": "TBD"}), "Deals!G2", None, "has no close date"),
    "close_date.past": Case(team({"close date": "2026-03-30"}), team({"close date": "2026-03-31"}), "Deals!G2", "2026-03-30", "1 days ago"),
    "close_date.before_created": Case(team(WON | {"close date": "2026-01-09"}), team(WON | {"close date": "2026-01-10"}),
                                      "Deals!G2", "2026-01-09", "before the deal was created (2026-01-10)"),
    "id.duplicate": Case(
        team({}, {"account": "Bolt"}), team({}, {"account": "Bolt", "id": "D-2"}), "Deals!A3", "D-1", "stands at Deals!A2"),
    "deal.duplicate": Case(team({}, {"id": "D-2"}), team({}, {"id": "D-2", "amount": 100_001}), "Deals!B3", "Acme", "as Deals!A2"),
    "amount.negative": Case(team({"amount": -1}), team({"amount": 0}), "Deals!F2", -1, "is negative"),
    "amount.no_rate": Case(team({"currency": "EUR"}, {"id": "D-2", "account": "Bolt", "currency": "USD"}, Settings=[["currency", "EUR"]]),
                           team({"currency": "EUR"}, {"id": "D-2", "account": "Bolt", "currency": "USD"}, Settings=[["currency", "EUR"]],
                                Rates=[["2026-01-01", "USD", 0.9]]), "Deals!F3", 100_000, "is in USD"),
    "owner.missing": Case(team({"owner": None}), team({}, WON | {"owner": None}), "Deals!D2", None, "has no owner"),
    "won.no_amount": Case(team(WON | {"amount": None}), team(LOST | {"amount": None}), "Deals!F2", None, "is won but has no amount"),
    "won.no_date": Case(team(WON | {"close date": None}), team(LOST | {"close date": None}), "Deals!G2", None, "is won but has no date"),
    "closed.in_future": Case(team(WON | {"close date": "2026-04-01"}), team(WON | {"close date": "2026-03-31"}), "Deals!G2", "2026-04-01",
                             "close date 2026-04-01 is yet to come"),
    "lost.no_reason": Case(
        team(LOST | {"lost reason": None}, LOST | {"id": "D-4", "account": "Dorn", "lost reason": "Price"}),
        team(LOST | {"lost reason": "Price"}, WON | {"lost reason": None}), "Deals!I2", None, "Cord - PMD is lost and has no reason"),
    "lost.no_reasons": Case(
        team(LOST, LOST | {"id": "D-4", "account": "Dorn"}), team(LOST | {"lost reason": "Price"}, LOST | {"id": "D-4", "account": "Dorn"}),
        "Team.xlsx", None, "2 deals are lost and not one has a reason"),
    "fund.off_grid": Case(team({"fund rate": "60%", "competition rate": "50%"}), team({"fund rate": "99%", "competition rate": "50%"}),
                          "Deals!I2", "60%", "not on the grid"),
    "competition.off_grid": Case(
        team({"fund rate": "50%", "competition rate": "0%"}), team({"fund rate": "50%", "competition rate": "25%"}),
        "Deals!J2", "0%", "not on the grid"),
    "fund.hundred": Case(team({"fund rate": "100%", "competition rate": "50%"}), team({"fund rate": "99%", "competition rate": "50%"}),
                         "Deals!I2", "100%", "counts as 99 %"),
    "competition.hundred": Case(
        team({"fund rate": "50%", "competition rate": "100%"}), team({"fund rate": "50%", "competition rate": "99%"}),
        "Deals!J2", "100%", "counts as 99 %"),
    "risk.no_mitigation": Case(team({"risk": "高", "mitigation": None}), team({"risk": "medium", "mitigation": None}),
                               "Deals!J2", None, "high risk and no mitigation"),
    "age.beyond_history": Case(      # 30 closed deals took 22 days, 2026-01-10 to 02-01
        team({"created": "2026-03-08"}, *(LOST | {"id": f"L-{n}"} for n in range(30))),
        team({"created": "2026-03-09"}, *(LOST | {"id": f"L-{n}"} for n in range(30))),
        "Deals!H2", "2026-03-08", "for 23 days, longer than any of 30 closed deals ever took (22 days)"),
    "stages.too_few": Case(
        team(Stages=[STAGES[1], STAGES[3]]), team(Stages=[*STAGES[1:4]]), "Stages!A1", None, "only 2 stages up to the order"),
    "stages.too_many": Case(
        team(Stages=[*STAGES, *([f"Step {n}", "open", 0.5, "in", 30] for n in range(5))]),
        team(Stages=[*STAGES, *([f"Step {n}", "open", 0.5, "in", 30] for n in range(4))]), "Stages!A1", None, "9 stages up to the order"),
    "stages.no_won": Case(team(Stages=STAGES[:3]), team(Stages=STAGES[:4]), "Stages!B1", None, "no stage counts as won for all deals"),
    "stages.no_lost": Case(team(Stages=STAGES[:4]), team(LOST | {"status": "lost"}, Stages=STAGES[:4]), "Stages!B1", None,
                           "no stage counts as lost for all deals"),
    "stages.name_missing": Case(team(Stages=[*STAGES, [None, "open", 0.9, None, None]]), team(Stages=[*STAGES, [None] * 5]),
                                "Stages!A7", None, "names no stage"),
    "stages.name_twice": Case(team(Stages=[*STAGES, [" PROPOSAL", "open", 0.8, "in", 30]]),
                              team(Stages=[*STAGES, ["Proposal 2", "open", 0.8, "in", 30]]), "Stages!A7", "PROPOSAL", "at Stages!A3"),
    "stages.word_unknown": Case(team(Stages=[["Lead", "openn", 0.1, "above", 30], *STAGES[1:]]),
                                team(Stages=[["Lead", "进行中", 0.1, "above", 30], *STAGES[1:]]), "Stages!B2", "openn",
                                "“openn” is not known in the column Kind; allowed: Open, Won, Lost, After the sale", column="kind"),
    "stages.probability_missing": Case(
        team(Stages=[STAGES[0], ["Proposal", "open", None, "in", 30], *STAGES[2:]]),
        team(Stages=[STAGES[0], ["Proposal", "open", 0.1, "in", 30], *STAGES[2:]]), "Stages!C3", None, "no win probability for Proposal;"),
    "stages.probability_falls": Case(
        team(Stages=[STAGES[0], ["Proposal", "open", 0.09, "in", 30], *STAGES[2:]]),
        team(Stages=[STAGES[0], ["Proposal", "open", 0.1, "in", 30], *STAGES[2:]]), "Stages!C3", 0.09, "9%, less than 10% of “Lead”"),
    "stages.probability_of_closed": Case(
        team(Stages=[*STAGES[:3], ["Won", "won", 0.99, None, None], STAGES[4]]),
        team(Stages=[*STAGES[:3], ["Won", "won", 1, None, None], ["Lost", "lost", 0, None, None]]), "Stages!C5", 0.99, "counts as 100%"),
    "stages.days_not_positive": Case(team(Stages=[["Lead", "open", 0.1, "above", 0], *STAGES[1:]]),
                                     team(Stages=[["Lead", "open", 0.1, "above", None], *STAGES[1:]]), "Stages!E2", 0,
                                     "0 in the column Stalled after days of “Lead”"),
    "stages.expected_above_stall": Case(
        team(Stages=[["Lead", "open", 0.1, "above", 30, 31], *([*row, None] for row in STAGES[1:])]),
        team(Stages=[["Lead", "open", 0.1, "above", 30, 30], *([*row, None] for row in STAGES[1:])]), "Stages!F2", 31, "for 31 days"),
    "stages.placement_missing": Case(team(Stages=[STAGES[0], ["Proposal", "open", 0.5, None, 30], *STAGES[2:]]), team(), "Stages!D3", None,
                                     "no funnel placement of their own for Proposal;"),
    "stages.text_missing": Case(
        team(Stages=[["Lead", "open", 0.1, "above", 30, 9, "Asked", "Call", None], *ALL_SAID]),
        team(Stages=[["Lead", "open", 0.1, "above", 30, 9, "Asked", "Call", "Sheet"], *ALL_SAID]),
        "Stages!I2", None, "the column Output says nothing of Lead.", column="output"),
    "stages.unused": Case(team(), team({}, {"id": "2", "stage": "Lead"}, {"id": "3", "stage": "negotiation"}), "Stages!A2", None,
                          "these stages: Lead, Negotiation."),
    "stages.line_unused": Case(
        team({"product": "PMD"}, Stages=lined("PMD", "MRI")), team({"product": "PMD"}, {"product": "mri "}, Stages=lined("PMD", "MRI")),
        "Stages!L5", "MRI", "the product line “MRI”"),
    "stages.line_missing": Case(
        team({"product": "CT"}, Stages=lined("PMD")), team({"product": "CT"}, Stages=[*lined("PMD"), *lined("")]), "Deals!C2", None,
        "1 deals belong to no product line with stages (CT); there are stages for: PMD"),
    "buyers.no_economic": Case(
        team(Buyers=[COACH]), team(Buyers=[COACH, ["D-1", "Boss", "T.E", 2, "yes"]]), "Deals!A2", None, "no Economic buyer"),
    "buyers.no_coach": Case(team(Buyers=[SIGNER]), team(Buyers=[SIGNER, ["D-1", "N.N.", "教練", 2, "yes"]]), "Deals!A2", None, "no Coach"),
    "buyers.two_economic": Case(team(Buyers=[COACH, SIGNER, SIGNER]), team(Buyers=[COACH, SIGNER]), "Deals!A2", None, "who decides last?"),
    "buyer.against": Case(team(Buyers=[COACH, ["D-1", "Boss", "E", -3, "yes"]]), team(Buyers=[COACH, ["D-1", "Boss", "E", -2, "yes"]]),
                          "Buyers!D3", -3, "Boss is rated -3"),
    "buyer.rating_blank": Case(team(Buyers=[COACH, ["D-1", "Boss", "E", None, "yes"]]), team(Buyers=[COACH, SIGNER]),
                               "Buyers!D3", None, "Boss has no rating"),
    "buyer.type_unknown": Case(team(Buyers=[COACH, SIGNER, ["D-1", "N.N.", "T,X", 1, "yes"]]),
                               team(Buyers=[COACH, SIGNER, ["D-1", "N.N.", "T.U", 1, "yes"]]), "Buyers!C4", "T,X", "has the type “X”"),
    "red_flag.no_action": Case(
        team(Notes=[["D-1", "red flag", "Pricing"], ["D-1", "red flag", "No coach"]],
             Actions=[["D-1", "Discount", "Ann", "2026-04-01", None, 1]]),
        team(Notes=[["D-1", "red flag", "Pricing"]], Actions=[["D-1", "Discount", "Ann", "2026-04-01", None, "pricing"]]),
        "Notes!C3", "No coach", "“No coach”"),
    "action.no_owner": Case(team(Actions=[["D-1", "Call", None, "2026-04-01", None, None]]),
                            team(Actions=[["D-1", "Call", None, "2026-04-01", "yes", None]]), "Actions!C2", None, "“Call” has no owner"),
    "action.no_date": Case(
        team(Actions=[["D-1", "Call", "Ann", None, None, None]]), team(Actions=[["D-1", "Call", "Ann", None, "是", None]]),
        "Actions!D2", None, "“Call” has no date"),
    "action.overdue": Case(team(Actions=[["D-1", "Call", "Ann", "2026-03-30", None, None]]),
                           team(Actions=[["D-1", "Call", "Ann", "2026-03-31", None, None]]), "Actions!D2", "2026-03-30", "1 days overdue"),
    "placement.disagrees": Case(team({"fund rate": "99%", "competition rate": "75%", "close date": "2026-10-31"}),
                                team({"fund rate": "99%", "competition rate": "75%", "close date": "2026-06-30"}),
                                "Deals!G2", "2026-10-31", "score says Best Few (174), the date says Above the funnel (7 months)"),
    "score.blank": Case(team({"fund rate": None}, {"id": "D-2", "account": "Bolt", "fund rate": None}),
                        team({"fund rate": "50%", "competition rate": "50%"}, WON | {"fund rate": None, "competition rate": None}),
                        "Deals!I2", None, "2 open deals of Calvin"),
    "position.contradicts": Case(team({"position": 5, "competition rate": "50%"}), team({"position": 3, "competition rate": "50%"}),
                                 "Deals!I2", 5, "position +5 (Euphoria) contradicts a competition rate of 50%"),
    "probability.far": Case(team({"probability": "76%"}), team({"probability": "75%"}), "Deals!I2", "76%", "76% is far from the stage's"),
    "probability.two_ways": Case(       # 75 % x 75 % = 56 %
        team({"probability": "30%", "fund rate": "75%", "competition rate": "75%"}),
        team({"probability": "32%", "fund rate": "75%", "competition rate": "75%"}),
        "Deals!I2", "30%", "30% (worth 30,000), but fund x competition says 56% (worth 56,250)"),
    "lead_score.out_of_range": Case(team({"lead score": 11}), team({"lead score": 10}), "Deals!I2", 11, "not between 0 and 10"),
    "lead_score.below_gate": Case(team({"lead score": 5}), team({"lead score": 5, "stage": "Lead"}), "Deals!I2", 5, "below 6"),
    "lead_score.differs": Case(      # 3 of 4 points for a clear fit, none for the size: 7.5; typed 8.6 is 1.1 more
        team({"lead score": 8.6, "Fit": "clear", "Size": "small"}, LeadScore=CRITERIA),
        team({"lead score": 8.5, "Fit": "clear", "Size": "small"}, LeadScore=CRITERIA),
        "Deals!I2", 8.6, "a lead score of 8.6, but its criteria add up to 7.5 (2 of 2 known)"),
    "lead_score.unread": Case(
        team({"Fit": "cleer"}, LeadScore=CRITERIA), team({"Fit": " CLEAR "}, LeadScore=CRITERIA),
        "Deals!I2", "cleer", "“cleer” is no level of “Fit”; allowed: none, some, clear. Did you mean “clear”?"),
    "lead_score.levels_unread": Case(
        team({"Fit": None}, LeadScore=[["Fit", 3, "none, some=1"]]), team({"Fit": None}, LeadScore=[["Fit", 3, "none, some"]]),
        "LeadScore!C2", "none, some=1", "the levels “none, some=1” of “Fit” can't be understood"),
    "lead_score.no_weight": Case(
        team({"Fit": None, "Size": None}, LeadScore=[["Fit", 3, None], ["Size", 0, None]]),
        team({"Fit": None, "Size": None}, LeadScore=[["Fit", None, None], ["Size", None, None]]),      # none at all: the same
        "LeadScore!B3", None, "“Size” has no weight above 0"),
    "lead_score.no_column": Case(
        team({"Fit": None}, LeadScore=CRITERIA), team({"Fit": None, "Size": None}, LeadScore=CRITERIA),
        "LeadScore!A3", None, "no column for Size"),
    "entry.unmet": Case(team({"stage": "Demo", "need confirmed": "no", "budget confirmed": None}, stages=SOFTWARE),
                        team({"stage": "Demo", "need confirmed": "no", "budget confirmed": "yes"}, stages=SOFTWARE),
                        "Deals!E2", "Demo", "Customer confirmed core needs / budget fits"),
    "bant.disqualify": Case(
        team({"budget confirmed": "no"}), team({"budget confirmed": None}), "Deals!I2", "no", "lacks budget or authority"),
    "bant.unknown": Case(team({"budget confirmed": "yes", "timeline confirmed": None}),
                         team({"budget confirmed": "yes", "timeline confirmed": None, "stage": "Lead"}),
                         "Deals!J2", None, "“Timeline confirmed” is not answered", column="bant_timeline"),
    "position.both_strong": Case(
        team({"position": 3}, Competitors=[["D-1", "NK", 3]]), team({"position": 3}, Competitors=[["D-1", "NK", 2]]),
        "Deals!I2", 3, "we stand at +3 and NK at +3"),
    "in.no_contact": Case(team(Buyers=[[*SIGNER[:4], "no"], [*COACH[:4], None]]), team(Buyers=[SIGNER, [*COACH[:4], None]]),
                          "Deals!A2", None, "no buying influence has been contacted"),
    "best_few.no_action": Case(
        team({"stage": "Negotiation", "next step due": None}), team({"stage": "Negotiation", "next step due": "2026-04-02"}),
        "Deals!I2", None, "without a dated next action"),
    "deal.stalled": Case(
        team({"stage": "Negotiation", "stage entered": "2026-03-15"}), team({"stage": "Negotiation", "stage entered": "2026-03-16"}),
        "Deals!I2", "2026-03-15", "for 16 days, more than 15"),
    "sla.lead_entry": Case(     # from Friday: Monday is the first working day, Tuesday the second
        team({"lead obtained": "2026-03-06", "lead entered": "2026-03-10"}),
        team({"lead obtained": "2026-03-06", "lead entered": "2026-03-09"}),
        "Deals!J2", "2026-03-10", "2 working days after the lead came; allowed: 1"),
    "sla.needs_report": Case(   # from Wednesday: Thursday, Friday, Monday, and Tuesday is the fourth
        team({"stage": "Initial interest", "stage entered": "2026-03-04", "needs report written": "2026-03-10"}, stages=SOFTWARE),
        team({"stage": "Initial interest", "stage entered": "2026-03-04", "needs report written": "2026-03-09"}, stages=SOFTWARE),
        "Deals!J2", "2026-03-10", "4 working days"),
    "sla.note": Case(team({"last contact": "2026-03-02 09:00", "note written": "2026-03-03 09:01"}),
                     team({"last contact": "2026-03-02 09:00", "note written": "2026-03-03 09:00"}),
                     "Deals!J2", "2026-03-03 09:01", "after 24 hours"),
    "sla.weekly_update": Case(
        team({"last updated": "2026-03-23"}, Settings=SMALL_AND_BIG), team({"last updated": "2026-03-24"}, Settings=SMALL_AND_BIG),
        "Deals!I2", "2026-03-23", "(tier A) was last updated 8 days ago"),
    "sla.unchecked": Case(
        team(),
        team(dict.fromkeys(("lead obtained", "lead entered", "stage entered", "needs report written", "last contact", "note written",
                            "last updated"))),
        "Team.xlsx", None, "not checked for want of times"),
    "quota.period_unread": Case(team(Quotas=[["Calvin", "soon", "money", 5]]), team(Quotas=[["Calvin", "2026Q1", "money", 5]]),
                                "Quotas!B2", "soon", "is no period"),
    "quota.measure_unknown": Case(team(Quotas=[["Calvin", "2026Q1", "smiles", 5]]), team(Quotas=[["Calvin", "2026Q1", None, 5]]),
                                  "Quotas!C2", "smiles", "Allowed: Money, Won deals, New leads, Gross profit"),
    "quota.value_missing": Case(team(Quotas=[[None, "2026Q1", "money", 0]]), team(Quotas=[[None, "2026Q1", "money", 1]]),
                                "Quotas!D2", 0, "the quota of the team for 2026-Q1 (Money) is missing or not above 0"),
    "quota.double": Case(
        team(Quotas=[["Calvin", "2026Q1", "money", 5], ["CALVIN", "Q1 2026", "revenue", 6]]),
        team(Quotas=[["Calvin", "2026Q1", "money", 5], ["Calvin", "2026Q1", "deals", 6], ["Calvin", "2026Q2", "money", 6],
                     ["team", "2026Q1", "money", 6]]),
        "Quotas!D3", 6, "a second quota of CALVIN for 2026-Q1 (Money); the one at Quotas!D2 counts"),
    "quota.no_deals": Case(team(Quotas=[["Kelvin", "2026Q1", "money", 5]]), team(Quotas=[["calvin ", "2026Q1", "money", 5]]),
                           "Quotas!A2", "Kelvin", "no deal names “Kelvin” as its owner"),
    "payment.over": Case(team(WON, Payments=[["D-2", "2026-03-01", 1_000, 1_000.01, None]]),
                         team(WON, Payments=[["D-2", "2026-03-01", 1_000, 1_000, None]]),
                         "Payments!D2", 1_000.01, "received 1,000.01, but 1,000 is due: 0.01 too much"),
    "payment.no_amount": Case(team(WON, Payments=[["D-2", "2026-03-01", None, 5, None]]),
                              team(WON, Payments=[["D-2", "2026-03-01", 5, None, None]]), "Payments!C2", None, "has no amount"),
    "payment.no_due": Case(team(WON, Payments=[["D-2", None, 5, 4, None]]),
                           team(WON, Payments=[["D-2", None, 5, 5, None]]), "Payments!B2", None, "has no due date"),
    "payment.no_received": Case(team(WON, Payments=[["D-2", "2026-03-01", 5, None, "2026-03-02"]]),
                                team(WON, Payments=[["D-2", "2026-03-01", 5, 0, "2026-03-02"]]),
                                "Payments!D2", None, "received on 2026-03-02, but it is not said how much"),
    "payment.open_deal": Case(
        team({}, WON, Payments=[["D-2", "2026-03-01", 5, 5, None], ["D-1", "2026-03-01", 5, 5, None], ["D-1", "2026-04-01", 5, 5, None]]),
        team({}, WON, Payments=[["D-2", "2026-03-01", 5, 5, None]]),
        "Payments!A3", "D-1", "which is not won but in stage “Proposal”"),
    "holidays.no_list": Case(team(Settings=[["holidays", "TW"]], as_of=dt.date(1900, 3, 31)), team(Settings=[["holidays", "TW"]]),
                             "Team.xlsx", None, "no holidays for 1899, 1900"),
    "journey.source": Case(team({"date entered lead": "2026-01-10", "proposal date": "2026-02-01"}), team({"proposal date": "2026-02-01"}),
                           "Team.xlsx", None, "date entered lead, proposal date"),
    "journey.unread": Case(team({"date entered lead": "in spring", "proposal date": "2026-02-01"}),
                           team({"date entered lead": None, "proposal date": "2026-02-01"}), "Deals!I2", "in spring", "is no date"),
}


def test_no_rule_lacks_its_test():
    assert CASES.keys() == RULES.keys()


@pytest.mark.parametrize("code", CASES)
def test_a_rule_that_is_broken_is_found_once_at_its_cell(code):
    case = CASES[code]
    found = those(answers(case.broken), code)
    assert len(found) == 1
    assert (found[0].severity, found[0].where, found[0].value) == (RULES[code].severity, case.where, case.value)
    assert found[0].column == (case.column or RULES[code].column)
    said = message(found[0], words("en"))
    assert case.says in said


@pytest.mark.parametrize("code", CASES)
def test_a_rule_that_is_kept_by_a_hair_is_not_found(code):
    assert those(answers(CASES[code].kept), code) == []


def test_a_deal_in_good_order_has_no_findings():
    assert answers(team()).findings == ()
    assert answers(team(Buyers=[SIGNER, COACH], Actions=[["D-1", "Call", "Ann", "2026-04-01", None, None]])).findings == ()


def test_closed_deals_are_asked_for_nothing_that_only_an_open_one_needs():
    bare = {"account": None, "owner": None, "amount": None, "fund rate": "60%", "competition rate": "100%", "position": -5, "risk": "high",
            "mitigation": None, "budget confirmed": "no", "last updated": "2020-01-01", "stage entered": "2020-01-01"}
    assert answers(team(LOST | bare, Settings=SMALL_AND_BIG)).findings == ()


@pytest.mark.parametrize(("position", "competition", "found"), [
    (5, "99%", 0), (4, "99%", 0), (2, "99%", 0), (1, "99%", 1), (-1, "99%", 1), (-5, "99%", 1),
    (5, "75%", 0), (3, "75%", 0), (1, "75%", 0), (-1, "75%", 0), (-2, "75%", 1),
    (4, "50%", 1), (3, "50%", 0), (1, "50%", 0), (-1, "50%", 0), (-2, "50%", 0),
    (4, "25%", 1), (2, "25%", 1), (1, "25%", 0), (-1, "25%", 0), (-5, "25%", 0),
])
def test_a_position_two_bands_from_the_competition_rate_contradicts_it(position, competition, found):
    assert len(those(answers(team({"position": position, "competition rate": competition})), "position.contradicts")) == found       # R10


def test_blank_scores_make_one_finding_an_owner_dearest_first():
    found = those(answers(team({"fund rate": None}, {"id": "2", "fund rate": None, "amount": 50_000, "owner": "Frank"},
                               {"id": "3", "fund rate": None, "amount": 1, "owner": "Frank"})), "score.blank")
    assert [(each.owner, each.stake) for each in found] == [("Calvin", 100_000), ("Frank", 50_001)]


def test_an_amount_that_could_not_be_read_is_not_called_missing_too():
    found = answers(team({"amount": "a lot", "close date": "soon"})).findings
    assert sorted(each.code for each in found) == ["date.unread", "money.unread"]


def test_dates_that_could_not_be_decided_are_one_finding_and_not_one_a_deal():
    found = answers(team({"close date": "3/4/2026"}, {"id": "D-2", "account": "Bolt", "close date": "5/6/2026"})).findings
    assert [each.code for each in found] == ["date.undecided"]


def test_where_a_cell_holds_a_date_alone_a_note_is_due_the_next_calendar_day():
    def late(contact: str, written: str) -> int:
        return len(those(answers(team({"last contact": contact, "note written": written})), "sla.note"))

    assert [late("2026-03-02", "2026-03-03"), late("2026-03-02", "2026-03-04"), late("2026-03-02 09:00", "2026-03-03")] == [0, 1, 0]   # R12


def test_a_weekly_update_is_asked_of_tiers_a_and_b_only():
    stale = {"last updated": "2026-01-01"}
    found = those(answers(team(stale | {"amount": 90_000}, stale | {"id": "D-2", "account": "Bolt", "amount": 49_999, "stage": "Lead"},
                               stale | {"id": "D-3", "account": "Cord", "amount": 60_000, "stage": "Lead"}, Settings=SMALL_AND_BIG)),
                  "sla.weekly_update")
    assert [(each.where, each.details["tier"]) for each in found] == [("Deals!I2", "A"), ("Deals!I4", "B")]     # F7; the second is C


def test_a_make_up_weekend_is_worked_and_a_holiday_is_not():
    friday = {"lead obtained": "2026-03-06", "lead entered": "2026-03-09"}      # entered on Monday
    broken = answers_of(book({"Deals": [[*GOOD, *friday], [*GOOD.values(), *friday.values()]], "Stages": [HEADERS["Stages"], *STAGES],
                              "Holidays": [["date", "name", "working"], ["2026-03-07", "make-up", "yes"]]}))
    assert those(broken, "sla.lead_entry")[0].details == {"days": 2, "most": 1, "deal": "Acme - PMD"}
    tuesday = [*GOOD.values(), "2026-03-06", "2026-03-10"]
    kept = answers_of(book({"Deals": [[*GOOD, *friday], tuesday], "Stages": [HEADERS["Stages"], *STAGES],
                            "Holidays": [["date", "name", "working"], ["2026-03-09", "holiday", None]]}))
    assert those(kept, "sla.lead_entry") == []


def test_working_days_are_monday_to_friday_where_no_list_is_chosen():
    saturday, monday = (dt.datetime(2026, 3, day) for day in (7, 9))
    assert Workdays().count(np.array([saturday], "datetime64[s]"), np.array([monday], "datetime64[s]")).tolist() == [1]


def test_either_entry_condition_is_enough():
    def unmet(**more: object) -> int:
        return len(those(answers(team({"stage": "Negotiation", "decision maker known": None} | more, stages=SOFTWARE)), "entry.unmet"))

    assert [unmet(), unmet(**{"decision maker known": "yes"}), unmet(**{"decision chain": "VP, then board"})] == [1, 0, 0]      # R11


def test_a_low_lead_score_with_a_clear_use_case_may_go_on():
    assert those(answers(team({"lead score": 5, "use case": "yes"})), "lead_score.below_gate") == []      # item 41, OR by R11


def test_two_red_flags_may_be_answered_by_one_action_that_names_none():
    flags = [["D-1", "red flag", "Pricing"], ["D-1", "警訊", "No coach"]]
    assert those(answers(team(Notes=flags, Actions=[["D-1", "Visit", "Ann", "2026-04-01", None, None]])), "red_flag.no_action") == []
    assert len(those(answers(team(Notes=flags)), "red_flag.no_action")) == 2


def test_red_flags_in_the_deals_own_column_are_one_a_line():
    found = those(answers(team({"red flags": "Pricing; no coach\nGE package"})), "red_flag.no_action")
    assert [each.details["flag"] for each in found] == ["Pricing", "no coach", "GE package"]


def test_an_errors_stake_is_the_amount_a_warnings_the_weighted_value_and_a_gaps_the_gap():
    found = {each.code: each.stake for each in answers(team({"close date": "2026-03-01", "owner": None, "probability": "90%"})).findings}
    assert found == {"close_date.past": 100_000, "owner.missing": pytest.approx(90_000), "probability.far": pytest.approx(40_000)}


def test_the_dearest_finding_comes_first():
    found = answers(team({"owner": None, "amount": 1_000}, {"id": "D-2", "account": "Bolt", "owner": None, "amount": 9_000})).findings
    assert [each.where for each in found] == ["Deals!D3", "Deals!D2"]


def test_findings_name_the_owner_whose_deal_it_is():
    assert [each.owner for each in answers(team({"amount": None})).findings] == ["Calvin"]


def test_a_finding_can_be_accepted_with_a_reason_and_not_without():
    def standing(*rows: list) -> tuple[list[str], list[str]]:
        deals = [[*GOOD], *(list((GOOD | each).values()) for each in ({"amount": None}, {"id": "D-2", "account": "Bolt", "amount": None}))]
        found = answers_of(book({"Deals": deals, "Stages": [HEADERS["Stages"], *STAGES], "Accepted": [["deal", "rule", "reason"], *rows]}))
        return [each.where for each in found.findings], [reason for _, reason in found.accepted]

    assert standing(["D-1", "amount.missing", "free trial"]) == (["Deals!F3"], ["free trial"])
    assert standing(["D-1", "amount missing", "free trial"]) == (["Deals!F3"], ["free trial"])
    assert standing([None, "amount.missing", "free trials"]) == ([], ["free trials"] * 2)       # no deal named: everywhere
    assert standing(["D-1", "amount.missing", None]) == (["Deals!F2", "Deals!F3"], [])
    assert standing(["D-1", "owner.missing", "wrong rule"]) == (["Deals!F2", "Deals!F3"], [])


def test_an_accepted_finding_is_not_counted_for_its_deal():
    deals = [[*GOOD], list((GOOD | {"amount": None}).values())]
    found = answers_of(book({"Deals": deals, "Stages": [HEADERS["Stages"], *STAGES],
                             "Accepted": [["deal", "rule", "reason"], ["D-1", "amount.missing", "free trial"]]}))
    assert found.computed["findings"].tolist() == [0] and found.computed["worst"].tolist() == [""]


def test_limits_are_the_teams_own():
    assert those(answers(team({"probability": "76%"}, Settings=[["probability_gap", 0.3]])), "probability.far") == []
    assert Settings().gate == 6 and those(answers(team({"lead score": 5}, Settings=[["gate", 5]])), "lead_score.below_gate") == []
