"""What a deal is up against: prices side by side, the tender's dates, and every competitor (spec items 4, 9, F16)."""

from .describe import Cell, FormRow
from .reviewed import Reviewed, known, one_line

SLOTS = "ABCDEFGH"
PAIRED = 4                  # competitors that stand beside each other in full; the others get a line each
TENDER = ("budget_approved", "announced", "bids_opened", "awarded", "installed", "paid")
GAP = FormRow((), height=4)
OURS = 1                    # place of our own price among prices()
LINE = {"name": 9, "position": 6, "channel": 7, "amount": 5, "product": 9, "strategy": 12}     # columns of the grid


def in_full(deal: Reviewed) -> int:
    """How many competitors, known or still to be found, stand on the form in full: one pair, or two."""
    return 2 if len(deal.rivals) <= 2 else PAIRED


def prices(deal: Reviewed) -> list[float | None]:
    """Budget, ours, and the price of each competitor that stands on the form in full."""
    slots = in_full(deal)
    rivals = [known(rival["amount"]) for rival in deal.rivals[:slots]]
    return [deal.number("budget"), deal.number("amount"), *rivals, *[None] * (slots - len(rivals))]


def price_rows(deal: Reviewed) -> list[FormRow]:
    """The prices beside each other, below each what ours is above (+) or below it, in money and as a share of it."""
    words, beside, ours = deal.words, prices(deal), deal.number("amount")
    labels = [words["form.label.budget"], words["form.label.our_price"], *(_title(deal, slot) for slot in range(in_full(deal)))]
    span = 48 // len(beside)
    gaps: list[Cell] = []
    for place, price in enumerate(beside):
        if place == OURS or ours is None or price is None or price <= 0:
            gaps.append(Cell(None, "gap.none", span))
        else:
            gaps += [Cell(ours - price, "gap.money", span // 2), Cell((ours - price) / price, "gap.share", span // 2)]
    return [
        FormRow((Cell(words["form.heading.prices"], "heading", 20), Cell(words["form.gap"], "heading.aside", 28))),
        FormRow(tuple(Cell(label, "tile.label", span) for label in labels)),
        FormRow(tuple(Cell(price, "tile.price", span) for price in beside)),
        FormRow(tuple(gaps)),
    ]


def tender_rows(deal: Reviewed) -> list[FormRow]:
    """The tender's dates, in the order in which they come."""
    return [FormRow(tuple(Cell(deal.words[f"form.tender.{name}"], "tile.label", 8) for name in TENDER)),
            FormRow(tuple(Cell(deal.date(name), "tile.date", 8) for name in TENDER))]


def rival_rows(deal: Reviewed) -> list[FormRow]:
    """Two competitors beside each other, the next two below them, and a line for each further one."""
    slots = in_full(deal)
    parts = [*(_pair(deal, first) for first in range(0, slots, 2)), _lines(deal, slots)]
    return [row for part in parts if part for row in (*part, GAP)][:-1]


def _pair(deal: Reviewed, first: int) -> list[FormRow]:
    words = deal.words
    rows = [FormRow(tuple(Cell(_title(deal, slot), "heading", 24) for slot in (first, first + 1)))]
    for name in ("position", "channel", "product", "strategy"):
        cells: list[Cell] = []
        for slot in (first, first + 1):
            text = _said(deal.rivals[slot], name, words) if slot < len(deal.rivals) else ""
            cells += [Cell(words[f"form.rival.{name}"], "label", 8), Cell(text or None, "value", 16)]
        rows.append(FormRow(tuple(cells)))
    return rows


def _lines(deal: Reviewed, first: int) -> list[FormRow]:
    """The competitors from `first` on, in a line each; beyond the last letter only their names."""
    words, rivals = deal.words, deal.rivals
    if len(rivals) <= first:
        return []
    rows = [FormRow(tuple(Cell(words["form.rival.further" if name == "name" else f"form.rival.{name}"], "head", span)
                          for name, span in LINE.items()))]
    for slot, rival in enumerate(rivals[first:len(SLOTS)], first):
        said = {name: _said(rival, name, words) for name in LINE if name != "amount"} | {"name": _named(deal, slot)}
        rows.append(FormRow(tuple(Cell(known(rival["amount"]), "box.money", span) if name == "amount"
                                  else Cell(said[name] or None, "box", span) for name, span in LINE.items())))
    others = ", ".join(one_line(rival["name"]) for rival in rivals[len(SLOTS):] if one_line(rival["name"]))
    return [*rows, FormRow((Cell(words["form.rival.others"].format(names=others), "note", 48),))] if others else rows


def _said(rival: dict, name: str, words: dict[str, str]) -> str:
    """One thing about a competitor; a position without a sign is shown as typed, for nobody knows which it is (ruling R19)."""
    if name != "position":
        return one_line(rival[name])
    typed = one_line(rival["number_text"])
    return position_text(known(rival[name]), words) or (words["form.rating.unsigned"].format(rating=typed) if typed else "")


def position_text(position: float | None, words: dict[str, str]) -> str | None:
    """"+2 Comfort"; a position off the scale stands without a word."""
    if position is None:
        return None
    return f"{position:+g} {words.get(f'position.{position:+g}', '')}".strip()


def _named(deal: Reviewed, slot: int) -> str:
    """"E: Spacelabs"."""
    name = one_line(deal.rivals[slot]["name"])
    return deal.words["form.competitor.named"].format(title=SLOTS[slot], name=name) if name else SLOTS[slot]


def _title(deal: Reviewed, slot: int) -> str:
    """"Competitor A: S.L."; the deal's own field names the first where no table of competitors does."""
    rivals = deal.rivals
    name = one_line(rivals[slot]["name"]) if slot < len(rivals) else deal.text("competitor") if slot == 0 else ""
    title = deal.words["form.competitor"].format(slot=SLOTS[slot])
    return deal.words["form.competitor.named"].format(title=title, name=name) if name else title
