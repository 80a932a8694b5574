"""What a deal is up against: prices side by side, the tender's dates, and the two competitors (spec items 4, 9, F16)."""

from .describe import Cell, FormRow
from .reviewed import Reviewed, known, one_line

SLOTS = "AB"
TENDER = ("budget_approved", "announced", "bids_opened", "awarded", "installed", "paid")
OURS = 1                    # place of our own price among prices()


def prices(deal: Reviewed) -> list[float | None]:
    """Budget, ours, competitor A's and B's price."""
    rivals = [known(rival["amount"]) for rival in deal.rivals[:len(SLOTS)]]
    return [deal.number("budget"), deal.number("amount"), *rivals, *[None] * (len(SLOTS) - len(rivals))]


def price_rows(deal: Reviewed) -> list[FormRow]:
    """The prices beside each other, below each what ours is above (+) or below it, in money and as a share of it."""
    words, beside, ours = deal.words, prices(deal), deal.number("amount")
    labels = [words["form.label.budget"], words["form.label.our_price"], *(_title(deal, slot) for slot in range(len(SLOTS)))]
    gaps: list[Cell] = []
    for place, price in enumerate(beside):
        if place == OURS or ours is None or price is None or price <= 0:
            gaps.append(Cell(None, "gap.none", 6))
        else:
            gaps += [Cell(ours - price, "gap.money", 3), Cell((ours - price) / price, "gap.share", 3)]
    return [
        FormRow((Cell(words["form.heading.prices"], "heading", 10), Cell(words["form.gap"], "heading.aside", 14))),
        FormRow(tuple(Cell(label, "tile.label", 6) for label in labels)),
        FormRow(tuple(Cell(price, "tile.price", 6) for price in beside)),
        FormRow(tuple(gaps)),
    ]


def tender_rows(deal: Reviewed) -> list[FormRow]:
    """The tender's dates, in the order in which they come."""
    return [FormRow(tuple(Cell(deal.words[f"form.tender.{name}"], "tile.label", 4) for name in TENDER)),
            FormRow(tuple(Cell(deal.date(name), "tile.date", 4) for name in TENDER))]


def rival_rows(deal: Reviewed) -> list[FormRow]:
    """The two competitors beside each other."""
    words, rivals = deal.words, deal.rivals
    rows = [FormRow(tuple(Cell(_title(deal, slot), "heading", 12) for slot in range(len(SLOTS))))]
    for name in ("position", "channel", "product", "strategy"):
        cells: list[Cell] = []
        for slot in range(len(SLOTS)):
            value = rivals[slot][name] if slot < len(rivals) else None
            text = position_text(known(value), words) if name == "position" else one_line(value)
            cells += [Cell(words[f"form.rival.{name}"], "label", 4), Cell(text or None, "value", 8)]
        rows.append(FormRow(tuple(cells)))
    others = ", ".join(one_line(rival["name"]) for rival in rivals[len(SLOTS):] if one_line(rival["name"]))
    if others:
        rows.append(FormRow((Cell(words["form.rival.others"].format(names=others), "note", 24),)))
    return rows


def position_text(position: float | None, words: dict[str, str]) -> str | None:
    """"+2 Comfort"; a position off the scale stands without a word."""
    if position is None:
        return None
    return f"{position:+g} {words.get(f'position.{position:+g}', '')}".strip()


def _title(deal: Reviewed, slot: int) -> str:
    """"Competitor A: S.L."; the deal's own field names the first where no table of competitors does."""
    rivals = deal.rivals
    name = one_line(rivals[slot]["name"]) if slot < len(rivals) else deal.text("competitor") if slot == 0 else ""
    title = deal.words["form.competitor"].format(slot=SLOTS[slot])
    return deal.words["form.competitor.named"].format(title=title, name=name) if name else title
