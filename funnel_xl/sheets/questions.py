"""What a manager asks about a deal: questions, not orders (spec item 54), each with room for the answer."""

from .describe import Cell, FormRow
from .reviewed import Flag, Reviewed

MOST = 5


def question_rows(deal: Reviewed, flags: list[Flag]) -> list[FormRow]:
    """At most MOST questions: what this deal gives reason to ask, then what is asked of every deal."""
    words = deal.words
    asked = [*_raised(deal, flags), words["form.question.changed"]][:MOST - 1]
    asked.append(words["form.question.withdraw"])
    return [FormRow((Cell(words["form.heading.questions"], "heading", 28), Cell(words["form.heading.answers"], "heading", 20))),
            *(FormRow((Cell(f"{number}. {text}", "box", 28), Cell(None, "box", 20))) for number, text in enumerate(asked, 1))]


def _raised(deal: Reviewed, flags: list[Flag]) -> list[str]:
    """Questions that this deal's own gaps raise, the weightiest first."""
    words, actions, influences = deal.words, deal.actions(flags), {letter for buyer in deal.buyers for letter in buyer["letters"]}
    answered = {action.flag for action in actions}
    bare = ", ".join(str(flag.number) for flag in flags if flag.number not in answered and not flag.automatic)
    late = sum(action.overdue for action in actions)
    ours, budget = deal.number("amount"), deal.number("budget")
    over = (ours - budget) / budget if ours and budget and budget > 0 else 0.0
    reasons = {
        words["form.question.disagree"]: deal.computed("agree") == "no",
        words["form.question.economic"]: "E" not in influences,
        words["form.question.coach"]: "C" not in influences,
        words["form.question.overdue"].format(n=late): late > 0,
        words["form.question.flags"].format(flags=bare): bool(bare),
        words["form.question.price"].format(share=f"{round(over * 100, 1):g} %"): over > 0,
        words["form.question.step"]: not any(action.due and not action.done for action in actions),
    }
    return [question for question, raised in reasons.items() if raised]
