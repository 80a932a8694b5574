"""Deals put together by what a text column says of them: owner, product, reason."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .aliases import plain


@dataclass(frozen=True)
class Grouping:
    """Which group each deal belongs to."""

    names: tuple[str, ...]  # the deals' own spelling; "" for those that say nothing
    at: np.ndarray  # index into the names, one a deal
    others: int = 0  # how many groups the last one sums; 0: it is a group of its own

    def counts(self, among: np.ndarray | slice = slice(None)) -> np.ndarray:
        """How many deals of each group are among these (bool a deal; all)."""
        return np.bincount(self.at[among], minlength=len(self.names))

    def sums(self, values: np.ndarray, among: np.ndarray | bool = True) -> np.ndarray:
        """The sum of what is known of each group's values among these deals; NaN where nothing is."""
        use = among & np.isfinite(values)
        return np.where(self.counts(use) > 0, np.bincount(self.at[use], values[use], len(self.names)), np.nan)

    def means(self, values: np.ndarray, among: np.ndarray | bool = True) -> np.ndarray:
        """The mean of what is known of each group's values among these deals; NaN where nothing is."""
        return self.sums(values, among) / np.maximum(self.counts(among & np.isfinite(values)), 1)

    def few(self, weights: np.ndarray, most: int) -> "Grouping":
        """The same deals in at most so many groups: the weightiest by name first, then those that say nothing, last all others in one."""
        named = sorted((at for at, name in enumerate(self.names) if name), key=lambda at: (-weights[at], self.names[at]))
        blank = [at for at, name in enumerate(self.names) if not name]
        kept = named if len(named) + len(blank) <= most else named[: most - 1 - len(blank)]
        others = len(named) - len(kept)
        order = [*kept, *blank]
        place = np.full(len(self.names), len(order))
        place[order] = np.arange(len(order))
        return Grouping((*(self.names[at] for at in order), *([""] if others else [])), place[self.at], others)


def together(deals: int) -> Grouping:
    """So many deals as one group."""
    return Grouping(("",), np.zeros(deals, np.int64))


def grouped(texts: np.ndarray) -> Grouping:
    """One group for each text, whatever its case and spaces; it is called as most of its deals spell it."""
    codes, spellings = pd.factorize(texts)
    keys = [plain(str(text)) for text in spellings]
    groups = {key: at for at, key in enumerate(dict.fromkeys(keys))}
    names = [""] * len(groups)
    counts = np.bincount(codes, minlength=len(spellings))
    for code in np.lexsort((-np.arange(len(counts)), counts)).tolist():  # the most frequent spelling stays, of two the first
        names[groups[keys[code]]] = str(spellings[code]).strip() if keys[code] else ""
    return Grouping(tuple(names), np.array([groups[key] for key in keys], dtype=np.int64)[codes])
