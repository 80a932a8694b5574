"""One deal as its review sheet reads it: what the source says about it, in the order in which the form prints it."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from ..sales.aliases import meaning
from ..sales.answers import Answers
from ..sales.check.people import influence_types
from ..sales.finding import Finding, message
from ..sales.money import is_iso

INFLUENCES = "ETUC"
MOST_AUTOMATIC_FLAGS = 5        # spec F8
PLAN_RULES = ("action.", "red_flag.")       # what they find is seen in the action plan itself
_BULLET = re.compile(r"^\s*(?:[-*•·–—]|\(?\d{1,2}[.)、）])\s*(?=\S)")
_BREAKS = re.compile(r"[\r\n;；]+")


@dataclass(frozen=True, slots=True)
class Flag:
    """One red flag; actions refer to it by its number."""

    number: int                 # from 1, the team's own first
    text: str
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """One step of the action plan."""

    text: str = ""
    owner: str = ""
    due: dt.date | None = None
    done: bool = False
    overdue: bool = False
    flag: int = 0               # number of the red flag that it answers; 0: none


@dataclass(frozen=True)
class Reviewed:
    """One deal and all that its source knows about it; what is not known is "" or None."""

    answers: Answers
    row: int
    words: dict[str, str]

    def text(self, field: str) -> str:
        """A field's text on one line."""
        table = self.answers.deals.table
        return one_line(table[field].iat[self.row]) if field in table else ""

    def number(self, field: str) -> float | None:
        """A field's number, money or share."""
        table = self.answers.deals.table
        return known(table[field].iat[self.row]) if field in table else None

    def date(self, field: str) -> dt.date | None:
        """A field's date."""
        table = self.answers.deals.table
        return day(table[field].iat[self.row]) if field in table else None

    def computed(self, name: str) -> Any:
        """An answer about this deal; None where a number is not known."""
        value = self.answers.computed[name].iat[self.row]
        return None if isinstance(value, float) and value != value else value

    def label(self, name: str) -> str:
        """A field's label on the form; the seller's own rate may carry the seller's own name ("Agilent %"), a setting."""
        company = self.answers.settings.our_company if name == "ours" and self.answers.settings else ""
        return self.words["form.label.company"].format(company=company) if company else self.words[f"form.label.{name}"]

    def instruction(self) -> str:
        """The manager's word: "go", "hold", "withdraw", or "" where there is none yet."""
        return meaning("instruction", self.text("instruction"))

    def texts(self, field: str) -> list[str]:
        """A field that lists several things: one a line, or parted by semicolons."""
        table = self.answers.deals.table
        listed = _BREAKS.split(str(table[field].iat[self.row])) if field in table else []
        return [text for text in (one_line(_BULLET.sub("", part)) for part in listed) if text]

    def account(self) -> str:
        """Whose deal it is; the deal's own name where no account is known."""
        return self.text("account") or self.text("name")

    def currency(self) -> str:
        """ISO code of this deal's own prices; "" where the source names none."""
        code = self.text("currency")
        return code if is_iso(code) else ""

    @cached_property
    def buyers(self) -> list[dict]:
        """Buying influences, those who decide first: E, T, U, C; then as the source lists them. `letters` holds what each of them is."""
        rows = self._companions(self.answers.deals.buyers)
        buyers = [{**buyer, "letters": influence_types(one_line(buyer["types"]))[0]} for buyer in rows]
        return sorted(buyers, key=lambda buyer: min((INFLUENCES.index(letter) for letter in buyer["letters"]), default=len(INFLUENCES)))

    @cached_property
    def rivals(self) -> list[dict]:
        """Competitors as the source lists them: the first is A."""
        return self._companions(self.answers.deals.competitors)

    def strengths(self) -> list[str]:
        """What we are better at, from the table of notes and the deal's own field."""
        return self._listed("strengths", "strength")

    def flags(self) -> list[Flag]:
        """The team's own red flags, then what the checks found, dearest first; several findings of one rule are one flag."""
        texts = self._listed("red_flags", "red_flag")
        found: dict[str, list[Finding]] = {}
        for finding in self.answers.findings:
            if finding.row == self.row and not finding.code.startswith(PLAN_RULES):
                found.setdefault(finding.code, []).append(finding)
        automatic = [self._flag_text(findings) for findings in list(found.values())[:MOST_AUTOMATIC_FLAGS]]
        return [Flag(number, text, number > len(texts)) for number, text in enumerate(texts + automatic, 1)]

    def _flag_text(self, findings: list[Finding]) -> str:
        """The rule's short text where the form has one, else its whole sentence without the cell."""
        short, code = self.words.get(f"form.flag.{findings[0].code}"), f"check.{findings[0].code}"
        text = one_line(message(replace(findings[0], where=""), {**self.words, code: short} if short else self.words)).lstrip(":： ")
        return text if len(findings) == 1 else self.words["form.flag.more"].format(flag=text, n=len(findings) - 1)

    def actions(self, flags: list[Flag]) -> list[Action]:
        """The action plan: what is still to do by its date, then what is done; the deal's own next step is part of it."""
        actions = [self._action(one_line(row["action"]), one_line(row["owner"]), day(row["due"]), row["done"] == 1,
                                flag_number(one_line(row["red_flag"]), flags)) for row in self._companions(self.answers.deals.actions)]
        step = self._action(self.text("next_step"), self.text("owner"), self.date("next_step_due"), False, 0)
        if step.text and step.text not in {action.text for action in actions}:
            actions.append(step)
        return sorted(actions, key=lambda action: (action.done, action.due or dt.date.max))

    def _action(self, text: str, owner: str, due: dt.date | None, done: bool, flag: int) -> Action:
        return Action(text, owner, due, done, overdue=due is not None and not done and due < self.answers.as_of, flag=flag)

    def _listed(self, field: str, kind: str) -> list[str]:
        notes = [one_line(note["text"]) for note in self._companions(self.answers.deals.comments) if meaning("note", note["kind"]) == kind]
        return list(dict.fromkeys(text for text in notes + self.texts(field) if text))

    def _companions(self, table: pd.DataFrame) -> list[dict]:
        return table[table["deal"] == self.row].to_dict("records") if len(table) else []


def flag_number(reference: str, flags: list[Flag]) -> int:
    """The number of the flag that an action names by its number or its words; 0 where there is no such flag."""
    digits = re.fullmatch(r"(?:no\.?|#|r)?\s*(\d{1,2})\.?", reference, re.IGNORECASE)
    if digits:
        return int(digits[1]) if 1 <= int(digits[1]) <= len(flags) else 0
    wanted = reference.casefold()
    return next((flag.number for flag in flags if wanted and (wanted in flag.text.casefold() or flag.text.casefold() in wanted)), 0)


def one_line(value: Any) -> str:
    """A cell's text without line breaks and runs of spaces; "" where it is empty."""
    return "" if value is None or value is pd.NaT or value != value else " ".join(str(value).split())


def known(value: Any) -> float | None:
    """A number, or None where the cell holds none."""
    return None if value is None or value != value else float(value)


def day(value: Any) -> dt.date | None:
    """A date without its time, or None where the cell holds none."""
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
