"""The sheet Index: what the pack holds, with links, and which deals got review sheets and why."""

from collections.abc import Mapping, Sequence

from ..sales.answers import Answers
from ..wording import words as all_words
from .about import about, placement_name, stage_name
from .describe import Block, Column, Heading, Link, Sheet, Table, Text
from .how import how

WIDTHS = (13.0, 32.0, 16.0, 19.0, 14.0, 12.0, 17.0)
PARTS = ("funnel", "deals", "check")


def index_sheet(answers: Answers, language: str, reviews: Sequence[tuple[int, str, str]], rule: str) -> Sheet:
    """The pack's first page; `rule` says why these deals have review sheets.

    `reviews` holds (row of deals.table, the sheet's key, how it is named) of each: a row of words.csv, or "" for the deal's id alone.
    """
    words = all_words(language)
    blocks: list[Block] = [Text(_sum(answers, words)), Heading(words["sheet.index.parts"]), _parts(words),
                           Heading(words["sheet.index.basis"]), *_basis(answers, words), Heading(words["sheet.index.reviews"]),
                           *([Text(rule), _reviews(answers, reviews, words)] if reviews else [Text(words["sheet.index.no_reviews"])]),
                           *how(words, "funnel.placement", "funnel.probability", "deals.tier", "deals.stake")]
    return Sheet("index", "index", words["sheet.index"], tuple(blocks), title=words["sheet.pack"], subtitle=about(answers, words),
                 foot=about(answers, words), language=language, widths=WIDTHS)


def _sum(answers: Answers, words: dict[str, str]) -> str:
    kinds = answers.computed["kind"]
    counts = {kind: int((kinds == kind).sum()) for kind in ("won", "lost")}
    counts |= {"deals": len(kinds), "open": answers.summary.open.deals, "findings": len(answers.findings), "notes": len(answers.notes)}
    return words["sheet.index.sum"].format(**{name: f"{count:,}" for name, count in counts.items()})


def _parts(words: dict[str, str]) -> Table:
    return Table("IndexParts", (
        Column(words["sheet.index.sheet"], "text", [words[f"sheet.{part}"] for part in PARTS], links=[Link(part) for part in PARTS]),
        Column(words["sheet.index.says"], "wrap", [words[f"sheet.index.{part}"] for part in PARTS], span=len(WIDTHS) - 1),
    ))


def _reviews(answers: Answers, reviews: Sequence[tuple[int, str, str]], words: Mapping[str, str]) -> Table:
    deals, computed = answers.deals, answers.computed
    chosen = [row for row, _, _ in reviews]

    def text(name: str) -> list[str]:
        return [str(deals.column(name)[row]) for row in chosen]

    placed = [placement_name(int(place), words) for place in computed["placement"].iloc[chosen]]
    names = [identity or words["sheet.deal"].format(n=row + 1) for identity, row in zip(text("id"), chosen, strict=True)]
    names = [words[named].format(name=name) if named else name for name, (_, _, named) in zip(names, reviews, strict=True)]
    accounts = [account or name for account, name in zip(text("account"), text("name"), strict=True)]
    return Table("IndexReviews", (
        Column(words["sheet.index.deal"], "wrap", names, links=[Link(key) for _, key, _ in reviews]),
        Column(words["field.account"], "wrap", accounts),
        Column(words["field.owner"], "wrap", text("owner")),
        Column(words["field.stage"], "wrap", text("stage")),
        Column(words["sheet.column.weighted"], "money", computed["weighted"].to_numpy(dtype=float)[chosen]),
        Column(words["field.close_date"], "date", deals.column("close_date")[chosen]),
        Column(words["sheet.column.placement"], "text", placed),
    ))


def _stages(answers: Answers, words: dict[str, str]) -> str:
    """The stages one after the other, those of each product line behind its name; what is shared stands where it stands."""
    names: dict[str, list[str]] = {}
    for stage in answers.stages:
        names.setdefault(stage.line, []).append(stage.name)
    return "; ".join(stage_name(", ".join(stages), line, words) for line, stages in names.items())


def _basis(answers: Answers, words: dict[str, str]) -> list[Block]:
    """Where the stages come from and what a placement rests on: what a reader must know to trust the numbers."""
    kind, _, name = answers.stages_from.partition(":")
    name = words.get(f"preset.{name}", name)
    return [Text(words[f"sheet.stages.{kind}"].format(name=name, stages=_stages(answers, words))),
            Text(words["sheet.index.snapshot"], "note")]
