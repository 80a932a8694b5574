"""An owner's page of the weekly review: one printed page to carry into the meeting (spec items 39, 45, 46)."""

from collections.abc import Callable, Sequence
from unicodedata import east_asian_width

import numpy as np

from ..sales.aliases import plain
from ..sales.answers import Answers
from ..sales.placement import PLACEMENTS
from ..sales.promise import Promise
from ..sales.visits import PARTS, Half, Person, Visit
from ..sales.week import Day
from ..sales.weekly import Details, OwnerWeek, Weekly
from ..wording import words as all_words
from .about import about, deal_name, unit
from .check import rule_name
from .describe import Cell, Form, FormRow, Page, Sheet
from .numbers import UNKNOWN, money, short_money
from .reviewed import one_line
from .week_words import day_text, owner_name, week_text

ACROSS = 32
COLUMNS = (2.93,) * ACROSS      # as wide in all as a review sheet
SPACE = FormRow((), height=6)
MOST_PROMISES, MOST_LISTED, MOST_SLA, MOST_PEOPLE, MOST_DUE = 10, 8, 3, 3, 3    # the page stays one; what is left out is said
FEWEST_NOTES, MOST_NOTES, LINES = 3, 14, 51      # lines to write on: what a page of about so many rows has left
LINE_HEIGHT, SIGNS = 12.4, 3.5      # of a box of the plan: points of each line, signs in a column of the grid
EMPTY_TICK, TICK = "☐", "☑"
PROMISE = {"state": 4, "promise": 14, "deal": 10, "due": 4}     # columns of the grid
MATTER = {"deal": 9, "stage": 5, "weighted": 4, "close": 4, "check": 10}


def weekly_sheet(team: Weekly, each: OwnerWeek, key: str, language: str) -> Sheet:
    """The page of one of the team's owners."""
    words, details = all_words(language), team.details(each)
    parts = [_head(team, each, words, language), _promises(team.answers, details, words), _lists(team.answers, details, words),
             _sla(team.answers, details, words), _matters(team.answers, details, words), _plan(team, details, words)]
    rows = [row for part in parts if part for row in (*part, SPACE)]
    rows += _notes(LINES - len(rows), words)
    name = words["sheet.weekly.name"].format(owner=owner_name(each.owner, words))
    return Sheet(key, "weekly", name, (Form(COLUMNS, tuple(rows)),), foot=about(team.answers, words), language=language,
                 page=Page(one_page=True))


def _head(team: Weekly, each: OwnerWeek, words: dict[str, str], language: str) -> list[FormRow]:
    """Whose week, and the numbers that it begins with: quota, won, gap, Best Few, deals still needed."""
    answers, needed = team.answers, each.deals_needed
    tiles = {
        "quota": (each.quota, "tile.money"), "won": (each.won, "tile.money"),
        "gap": (each.gap if not each.gap < 0 else words["weekly.reached"], "tile" if each.gap < 0 else "tile.money"),
        "best_few": (each.best_few, "tile.money"), "needed": (needed, "tile"), "weighted": (each.weighted, "tile.money"),
    }
    spans = (5, 5, 5, 6, 5, 6)
    shown = [Cell(UNKNOWN, "tile", span) if value != value else Cell(int(value) if name == "needed" else value, look, span)
             for (name, (value, look)), span in zip(tiles.items(), spans, strict=True)]
    labels = [Cell(words[f"weekly.tile.{name}"].format(period=team.period.name), "tile.label", span)
              for name, span in zip(tiles, spans, strict=True)]
    return [
        FormRow((Cell(words["weekly.title"].format(owner=owner_name(each.owner, words)), "title", 23),
                 Cell(unit(answers, words), "aside", 9))),
        FormRow((Cell(week_text(team.week, words), "subtitle", ACROSS),)),
        FormRow(tuple(labels)), FormRow(tuple(shown)),
        FormRow((Cell(_needed_text(each, words, language), "note", ACROSS),)),
    ]


def _needed_text(each: OwnerWeek, words: dict[str, str], language: str) -> str:
    """How the deals still needed come about, or what is missing for them."""
    known = each.amount == each.amount
    deals = words["weekly.open" if known else "weekly.open.unknown"].format(deals=len(each.rows), amount=short_money(each.amount, language))
    if each.quota != each.quota:
        return f"{deals} {words['weekly.no_quota']}"
    if each.gap < 0:
        return f"{deals} {words['weekly.over'].format(over=money(-each.gap, words))}"
    if each.deals_needed != each.deals_needed:
        return f"{deals} {words['weekly.no_average']}"
    whose = words["weekly.average.own" if each.own_average else "weekly.average.team"].format(won=each.won_deals)
    return f"{deals} " + words["weekly.needed"].format(gap=money(each.gap, words), average=money(each.average_order, words),
                                                       whose=whose, needed=int(each.deals_needed))


def _promises(answers: Answers, details: Details, words: dict[str, str]) -> list[FormRow]:
    """Last week's promises, done and not done, and what is still open from before: what is not done first, the oldest on top."""
    listed = sorted((*details.older, *details.promises), key=lambda each: each.done)
    done = sum(each.done for each in details.promises)
    counts = words["weekly.promises.count"].format(done=done, open=len(details.promises) - done, older=len(details.older))
    rows = [FormRow((Cell(words["weekly.promises"], "heading", 12), Cell(counts if listed else None, "heading.aside", 20)))]
    if not listed:
        table = answers.deals.companions.table("Actions")
        missing = not len(table) and not answers.facts.has("next_step_due")
        return [*rows, FormRow((Cell(words["weekly.promises.missing" if missing else "weekly.promises.none"], "note", ACROSS),))]
    rows.append(FormRow(tuple(Cell(words[f"weekly.head.{name}"], "head", span) for name, span in PROMISE.items())))
    return rows + [_promise_row(each, answers, words) for each in listed[:MOST_PROMISES]] + _more(len(listed) - MOST_PROMISES, words)


def _promise_row(each: Promise, answers: Answers, words: dict[str, str]) -> FormRow:
    late = not each.done and each.due < answers.as_of
    state = words["weekly.late"].format(days=(answers.as_of - each.due).days) if late else TICK if each.done else EMPTY_TICK
    said = {"state": (state, "box.alarm" if late else "box.middle"), "promise": (each.text, "box"),
            "deal": (deal_name(answers, each.deal) if each.deal >= 0 else words["weekly.no_deal"], "box"), "due": (each.due, "box.date")}
    return FormRow(tuple(Cell(*said[name], span) for name, span in PROMISE.items()))


def _lists(answers: Answers, details: Details, words: dict[str, str]) -> list[FormRow]:
    """Stalled deals beside the contacts that are due."""
    facts, stalled, due = answers.facts, details.stalled.tolist(), details.contacts.tolist()
    last = facts.column("last_contact").astype("datetime64[D]")

    def stays(row: int) -> str:
        return words["weekly.stalled.days"].format(days=int(facts.days_in_stage[row]), most=int(facts.stall_days[row]))

    def contacted(row: int) -> str:
        return words["weekly.contact"].format(tier=facts.tier[row], day=str(last[row]))

    undated = not np.isfinite(facts.days_in_stage[facts.is_open]).any()
    left = _side(answers, stalled, stays, "weekly.stalled.missing" if undated else "weekly.stalled.none", words)
    right = _side(answers, due, contacted, f"weekly.contacts.{'none' if facts.has('last_contact') else 'missing'}", words)
    length, blank = max(len(left), len(right)), (Cell("", "note", 16),)
    both = [(*(left[at] if at < len(left) else blank), *(right[at] if at < len(right) else blank)) for at in range(length)]
    return [FormRow((Cell(words["weekly.stalled"].format(n=len(stalled)), "heading", 16),
                     Cell(words["weekly.contacts"].format(n=len(due)), "heading", 16))), *map(FormRow, both)]


def _side(answers: Answers, deals: Sequence[int], said: Callable[[int], str], none: str, words: dict[str, str]) -> list[tuple[Cell, ...]]:
    """One half of the page: the first deals with what is `said` of each, how many are left out, or the row `none` of words.csv."""
    if not deals:
        return [(Cell(words[none], "box", 16),)]
    rows = [(Cell(deal_name(answers, row), "box", 10), Cell(said(row), "box", 6)) for row in deals[:MOST_LISTED]]
    if len(deals) > MOST_LISTED:
        rows[-1] = (Cell(words["weekly.more"].format(n=len(deals) - MOST_LISTED + 1), "box", 16),)
    return rows


def _sla(answers: Answers, details: Details, words: dict[str, str]) -> list[FormRow]:
    """Deadlines missed, by rule; nothing where none is."""
    found: dict[str, list[int]] = {}
    for finding in details.sla:
        found.setdefault(finding.code, []).append(finding.row)
    if not found:
        return []
    texts = [words["weekly.sla.rule"].format(rule=rule_name(code, words), n=len(rows), deals=_named(answers, rows, words))
             for code, rows in found.items()]
    return [FormRow((Cell(words["weekly.sla"].format(n=len(details.sla)), "heading", ACROSS),)),
            *(FormRow((Cell(text, "box", ACROSS),)) for text in texts[:MOST_SLA])]


def _named(answers: Answers, rows: Sequence[int], words: dict[str, str], most: int = 4) -> str:
    said = words["say.list"].join(deal_name(answers, row) for row in rows[:most])
    return said if len(rows) <= most else words["sheet.check.more_deals"].format(deals=said, n=len(rows) - most)


def _matters(answers: Answers, details: Details, words: dict[str, str]) -> list[FormRow]:
    """The deals that matter most, each with the one thing to find out next."""
    computed, close = answers.computed, answers.facts.column("close_date")
    rows = [FormRow((Cell(words["weekly.matter"], "heading", 20), Cell(words["weekly.matter.why"], "heading.aside", 12))),
            FormRow(tuple(Cell(words[f"weekly.head.{name}"], "head", span) for name, span in MATTER.items()))]
    for row in details.matter.tolist():
        check, reason = computed["next_check"].iat[row], computed["next_reason"].iat[row]
        day, weighted = close[row].astype("datetime64[D]").item(), float(computed["weighted"].iat[row])
        place = int(computed["placement"].iat[row])
        stage = one_line(answers.facts.column("stage")[row])
        placed = words[f"placement.{PLACEMENTS[place]}"] if place >= 0 else ""
        said = {"deal": (deal_name(answers, row), "box"), "stage": (" · ".join(filter(None, (stage, placed))) or None, "box"),
                "weighted": (weighted if weighted == weighted else None, "box.money"), "close": (day, "box.date"),
                "check": (words["weekly.check"].format(check=words[check], reason=words[reason]) if check else None, "box")}
        rows.append(FormRow(tuple(Cell(*said[name], span) for name, span in MATTER.items())))
    return rows


def _plan(team: Weekly, details: Details, words: dict[str, str]) -> list[FormRow]:
    """The week: what is due on each day, and the visits on its half days."""
    days, plan = team.week.days, details.plan
    span = 6 if len(days) == 5 else 5 if len(days) == 6 else 4
    label = ACROSS - span * len(days)
    rows = [FormRow((Cell(words["weekly.plan"].format(first=days[0].date, last=days[-1].date), "heading", 14),
                     Cell(words["weekly.plan.rules"], "heading.aside", 18))),
            FormRow((Cell("", "week.day", label), *(Cell(day_text(day.date, words), "week.day", span) for day in days))),
            *_due_rows(team.answers, details, days, span, words)]
    for part in PARTS:
        halves = [half for half in plan.halves if half.part == part]
        names = {day.date: day.holiday for day in days}
        upper = [_upper(half, names[half.day], span, words) for half in halves]
        people = [_people_text(half.visit, team.answers, words) for half in halves if half.visit]
        lower = tuple(Cell(text, "week.people", span) for text in people)
        rows += [FormRow((Cell(words[f"weekly.plan.{part}"], "week.part", label, rows=2), *upper)), FormRow(lower, _height(people, span))]
    notes = [words["weekly.plan.left_out"].format(n=plan.left_out)] if plan.left_out else []
    notes += [words["weekly.plan.nowhere"].format(n=plan.nowhere)] if plan.nowhere else []
    return rows + ([FormRow((Cell(" ".join(notes), "note", ACROSS),))] if notes else [])


def _upper(half: Half, holiday: str, span: int, words: dict[str, str]) -> Cell:
    """A half day's upper box; one without a visit takes the lower one too."""
    if half.visit:
        return Cell(half.visit.place, "week.place", span)
    if half.state == "open":
        return Cell(None, "week.due", span, rows=2)
    text = (holiday or words["weekly.plan.off"]) if half.state == "off" else words[f"weekly.plan.{half.state}"]
    return Cell(text, "week.off", span, rows=2)


def _people_text(visit: Visit | None, answers: Answers, words: dict[str, str]) -> str:
    """Whom to see, one a line, who signs first and with the title; the deals' ids, where nobody is named."""
    if visit is None:
        return ""
    people = [_person(each, visit.place) for each in visit.people] or [str(answers.deals.column("id")[row]) for row in visit.deals]
    if len(people) > MOST_PEOPLE:
        people[MOST_PEOPLE:] = [words["weekly.plan.people"].format(n=len(people) - MOST_PEOPLE)]
    if visit.signs and visit.people[0].name and visit.people[0].title:
        people.insert(1, visit.people[0].title)
    return "\n".join(filter(None, people))


def _person(person: Person, place: str) -> str:
    """Who it is, with the customer where the place is not that customer's own."""
    name = (person.name or person.title) + (f" ({','.join(person.types)})" if person.types else "")
    return name if plain(person.account) == plain(place) else " ".join(filter(None, (person.account, name)))


def _height(texts: Sequence[str], span: int, most: int = 5) -> float:
    """Room for what the boxes of the plan say: a little more than letters need, since Chinese fonts stand higher [points]."""
    def lines(text: str) -> int:
        return sum(1 + int(sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line) / (span * SIGNS)) for line in text.split("\n"))

    return min(max(map(lines, texts), default=2), most) * LINE_HEIGHT + 3


def _due_rows(answers: Answers, details: Details, days: Sequence[Day], span: int, words: dict[str, str]) -> list[FormRow]:
    """What is due on each day, a row each; what falls on a weekend that is not shown stands on the last day before it."""
    texts: list[list[str]] = [[] for _ in days]
    for each in details.coming:
        at = max(at for at, day in enumerate(days) if day.date <= each.due or at == 0)
        deal = str(answers.deals.column("id")[each.deal]) if each.deal >= 0 else ""
        texts[at].append(" ".join(filter(None, (EMPTY_TICK, deal, each.text))))
    for listed in texts:
        if len(listed) > MOST_DUE:
            listed[MOST_DUE - 1:] = [words["weekly.more"].format(n=len(listed) - MOST_DUE + 1)]
    length = max(1, *map(len, texts))
    label = Cell(words["weekly.plan.due"], "week.part", ACROSS - span * len(days), rows=length)
    rows = [tuple(Cell(listed[at] if at < len(listed) else None, "week.due", span) for listed in texts) for at in range(length)]
    heights = [_height([str(cell.text or "") for cell in row], span, 3) for row in rows]
    return [FormRow((label, *rows[0]), heights[0]), *map(FormRow, rows[1:], heights[1:])]


def _notes(free: int, words: dict[str, str]) -> list[FormRow]:
    """Room to write on: what is left of the page."""
    labels = [words["weekly.stop"], words["weekly.notes"]]
    labels += [""] * (min(max(free, FEWEST_NOTES), MOST_NOTES) - len(labels))
    return [FormRow((Cell(text, "label", 6), Cell(None, "value", 26))) for text in labels]


def _more(left_out: int, words: dict[str, str]) -> list[FormRow]:
    return [FormRow((Cell(words["weekly.more"].format(n=left_out), "note", ACROSS),))] if left_out > 0 else []
