"""The fields of a deal and of its companion tables: the one home of their identifiers and kinds.

A field's heading in three languages is the row "field.ID" of words.csv; every spelling that a source may use stands in aliases.csv.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One column that a deals table can have."""

    name: str
    kind: str  # text, money, date, share (0-1), position (-5..+5), number, flag, stage
    group: str  # where a reader looks for it: deal, progress, decision, risk, tender, plan, cost


def _fields(kind: str, group: str, names: str) -> list[Field]:
    return [Field(name, kind, group) for name in names.split()]


FIELDS: dict[str, Field] = {
    field.name: field
    for field in [
        *_fields(
            "text",
            "deal",
            "id name account department contact industry size product pipeline spec owner territory place channel source requirement",
        ),
        *_fields("stage", "deal", "stage"),
        *_fields("text", "deal", "status"),
        *_fields("flag", "deal", "is_won is_closed"),
        *_fields("money", "deal", "amount budget"),
        *_fields("text", "deal", "currency tax"),
        *_fields("share", "deal", "probability fund competition"),
        *_fields("position", "deal", "position"),
        *_fields("date", "deal", "close_date created entered"),
        *_fields("number", "deal", "expected_days quantity"),
        *_fields("date", "progress", "lead_obtained lead_entered report_written last_contact note_written updated"),
        *_fields("text", "progress", "note feedback next_step"),
        *_fields("date", "progress", "next_step_due"),
        *_fields("number", "progress", "lead_score satisfaction"),
        *_fields("flag", "progress", "pushed use_case bant_budget bant_authority bant_need bant_timeline"),
        *_fields("text", "decision", "decision_chain pain comparison competitor strengths red_flags"),
        *_fields("text", "risk", "risk risk_description mitigation lost_reason lost_stage won_reason lessons"),
        *_fields("date", "tender", "budget_approved announced bids_opened awarded installed paid"),
        *_fields("text", "plan", "help_needed help_owner instruction"),
        *_fields("date", "plan", "help_due next_review"),
        *_fields("money", "cost", "sales_cost opportunity_cost"),
        *_fields("share", "cost", "margin"),
    ]
}

COMPANIONS: dict[str, dict[str, str]] = {  # table -> field -> kind; "deal" holds a deal's id or account
    "Buyers": {
        "deal": "text",
        "name": "text",
        "title": "text",
        "location": "text",
        "types": "text",
        "rating": "position",
        "personal_win": "text",
        "business_result": "text",
        "contacted": "flag",
    },
    "Competitors": {
        "deal": "text",
        "name": "text",
        "position": "position",
        "channel": "text",
        "amount": "money",
        "product": "text",
        "strategy": "text",
    },
    "Notes": {"deal": "text", "kind": "text", "text": "text", "date": "date"},
    "Actions": {"deal": "text", "action": "text", "owner": "text", "due": "date", "done": "flag", "red_flag": "text"},
    "Accepted": {"deal": "text", "rule": "text", "reason": "text"},
    "Rates": {"date": "date", "currency": "text", "rate": "number"},
    "Holidays": {"date": "date", "name": "text", "working": "flag"},
    "Quotas": {"owner": "text", "period": "text", "measure": "text", "value": "money"},
    "Settings": {"setting": "text", "value": "raw"},
    "LeadScore": {"criterion": "text", "weight": "number", "levels": "text"},
    "Payments": {"deal": "text", "due": "date", "amount": "money", "received": "money", "paid": "date"},
    # One row a change of stage, or one row a snapshot: on that day the deal stood in that stage.
    "History": {"deal": "text", "entered": "date", "stage": "text", "from_stage": "text", "left": "date"},
    "Stages": {
        "stage": "text",
        "kind": "text",
        "probability": "share",
        "placement": "text",
        "expected_days": "number",
        "stall_days": "number",
        "entry": "text",
        "action": "text",
        "output": "text",
        "entry_rule": "text",
        "least_conversion": "share",
        "line": "text",
    },
}
