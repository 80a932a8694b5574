"""Where a deal stands in the funnel, as its review sheet prints it: placement, what would move it up, worth, the next best check."""

from ..sales.placement import BEST_FEW, PLACEMENTS, WORK
from .describe import Cell, FormRow
from .reviewed import Reviewed
from .step_up import Move, step_up

CLOSED = ("won", "lost", "post")


def standing_rows(deal: Reviewed) -> list[FormRow]:
    """The legend with the deal's place marked, then one line a question."""
    words, placement = deal.words, int(deal.computed("placement"))
    legend = FormRow(tuple(Cell(f"{words[f'form.placement.{place}']} · {words[f'work.{work}']}\n{words[f'form.place.{place}']}",
                                "place.here" if index == placement else "place", 16)
                           for index, (place, work) in enumerate(zip(PLACEMENTS, WORK, strict=True))))
    work = str(deal.computed("work"))
    lines = {"placement": placement_line(deal), "step_up": step_up_line(deal), "work": words[f"form.work.{work}"] if work else "",
             "next_check": next_check_line(deal)}
    rows = [FormRow((Cell(words[f"form.label.{name}"], "label", 8), Cell(line or None, "value", 40))) for name, line in lines.items()]
    worth = FormRow((Cell(words["form.label.probability"], "label", 8), Cell(probability_text(deal) or None, "value", 16),
                     Cell(_weighted_label(deal), "label", 8), Cell(deal.computed("weighted"), "money", 16)))
    return [FormRow((Cell(words["form.heading.placement"], "heading", 48),)), legend, *rows[:2], worth, *rows[2:]]


def _weighted_label(deal: Reviewed) -> str:
    """The weighted value is in the totals' currency; said where the deal's own prices are not."""
    label, base, own = deal.words["form.label.weighted"], deal.answers.currency, deal.currency()
    return f"{label} ({base})" if base and own and base != own else label


def placement_line(deal: Reviewed) -> str:
    """The three witnesses as spec F2 prints them: "score Best Few 174 / date Above 7 months / adopted Above"."""
    words, score, months = deal.words, deal.computed("score"), deal.computed("horizon_months")
    if deal.computed("kind") in CLOSED:
        return words[f"form.closed.{deal.computed('kind')}"]
    by_score = f"{_place(deal, 'score_placement')} {score:g}" if score is not None else words["form.unknown"]
    by_date = words["form.unknown"]
    if deal.computed("overdue"):
        by_date = words["form.placement.overdue"].format(day=deal.date("close_date"))
    elif months is not None:
        by_date = f"{_place(deal, 'horizon')} " + words["form.month" if months == 1 else "form.months"].format(n=int(months))
    elif deal.computed("horizon") >= 0:
        by_date = words["form.placement.undated"].format(place=_place(deal, "horizon"))
    basis = str(deal.computed("basis"))
    note = words[f"form.basis.{basis}"] if basis in ("date", "stage") else ""
    return words["form.placement.line"].format(score=by_score, date=by_date, adopted=_place(deal, "placement") + note)


def _place(deal: Reviewed, name: str) -> str:
    place = int(deal.computed(name))
    return deal.words[f"form.placement.{PLACEMENTS[place]}"] if place >= 0 else deal.words["form.unknown"]


def step_up_line(deal: Reviewed) -> str:
    """What lifts the placement by one, as a sentence; "" where nothing is known to stand on."""
    words, placement = deal.words, int(deal.computed("placement"))
    if placement == BEST_FEW or deal.computed("kind") in CLOSED:
        return words["form.step.top"] if placement == BEST_FEW else ""
    moves = step_up(_rate(deal, "fund"), _rate(deal, "competition"), deal.date("close_date"), deal.answers.as_of, placement,
                    score_placement=int(deal.computed("score_placement")), horizon=int(deal.computed("horizon")),
                    overdue=bool(deal.computed("overdue")))
    needed = [text for text in (_said(deal, moves, "score"), _said(deal, moves, "date")) if text]
    if not needed:
        return ""
    target = words[f"form.placement.{PLACEMENTS[placement + 1]}"]
    return words["form.step.line"].format(target=target, moves=words["form.step.and"].join(needed))


def _said(deal: Reviewed, moves: tuple[Move, ...], witness: str) -> str:
    """The moves of one witness, any of which will do; but every unknown rate is needed."""
    words, label = deal.words, {"fund": deal.label("fund"), "competition": deal.label("ours")}
    texts = [words[f"form.step.{'rise' if move.points else move.what.split('_')[0]}"].format(
                 rate=label.get(move.what.removeprefix("rate_"), ""), points=move.points, day=move.day)
             for move in moves if move.witness == witness]
    unknown = any(move.what.startswith("rate_") for move in moves if move.witness == witness)
    return words["form.step.and" if unknown else "form.step.or"].join(texts)


def _rate(deal: Reviewed, field: str) -> float:
    rate = deal.number(field)
    return float("nan") if rate is None else rate


def probability_text(deal: Reviewed) -> str:
    """"56.25 % (Fund x Our %)": the chance of being won and where it comes from; 99.4 % is never shown as 100."""
    probability, source = deal.computed("probability"), str(deal.computed("probability_source"))
    if probability is None:
        return ""
    share = f"{round(float(probability) * 100, 2):g} %"
    return share + (deal.words[f"form.probability.{source}"].format(fund=deal.label("fund"), ours=deal.label("ours")) if source else "")


def next_check_line(deal: Reviewed) -> str:
    """The one thing to find out next, with its reason."""
    check, reason = str(deal.computed("next_check")), str(deal.computed("next_reason"))
    if not check:
        return ""
    return deal.words["form.next_check"].format(check=deal.words[check], reason=deal.words[reason]) if reason else deal.words[check]
