"""Pages of docs/ that are made from the program's own data: `make docs`."""

import ast
import re
from pathlib import Path

from ..excel.catalogue import FUNCTIONS
from ..sales.check.run import RULES
from ..sales.finding import SEVERITIES
from ..wording import words

ROOT = Path(__file__).resolve().parents[2]

HEAD = """# What funnel-xl checks

Every finding and note, by its code. An *error* makes an answer wrong or impossible and lets `funnel-xl check` end with exit code
1; a *warning* is worth a question; a *note* says how something was read. Words in *italics* stand for what the sentence names.
Each has its sentence in Simplified and Traditional Chinese too. A finding that you know about and accept goes into a table
`Accepted` with the columns deal, rule (the code) and reason.

(This page is made by `make docs` from the program's own texts.)
"""


def checks_page() -> str:
    """docs/checks.md: the code, severity and sentence of everything that a source can be told."""
    text = words("en")
    severities = {**severities_in_reading(), **{code: each.severity for code, each in RULES.items()}}
    codes = [key.removeprefix("check.") for key in text if key.startswith("check.")]
    lines = [HEAD]
    for severity in SEVERITIES:
        lines += [f"## {severity.capitalize()}s", "", "| code | sentence |", "|---|---|"]
        lines += [f"| `{code}` | {_shown(text[f'check.{code}'])} |" for code in sorted(codes) if severities.get(code, "note") == severity]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


FUNCTIONS_HEAD = """# The functions for cells

Type them in any cell once `funnel-xl setup` has made Excel ready. Arguments in [brackets] may be left out. A function that gives a *table*
spills: give it room below and to the right. Tables are given with their headings, such as `Stages[#All]`; percentages may be points or
fractions (75 or 0.75) as long as one column keeps to one of them. An unknown value is an empty cell, never 0; what can't be computed is
Excel's own error value.

(This page is made by `make docs` from the program's own texts.)
"""


def functions_page() -> str:
    """docs/functions.md: every function with what it gives and what it takes."""
    text = words("en")
    lines = [FUNCTIONS_HEAD]
    for function in FUNCTIONS.values():
        arguments = ", ".join(f"[{each.name}]" if each.optional else each.name for each in function.arguments)
        lines += [f"## {function.name}({arguments})", "", f"{text[function.key]} Gives a {function.kind}.", ""]
        lines += [f"- `{each.name}`: {text[each.key]}" for each in function.arguments]
        lines += [""] if function.arguments else []
    return "\n".join(lines).rstrip() + "\n"


def _shown(sentence: str) -> str:
    """A sentence with the names of its values in italics: "*where*: *pair example* can be read both ways"."""
    return re.sub(r"\{(\w+?)(?:_words?)?\}", lambda name: f"*{name[1].replace('_', ' ')}*", sentence).replace("|", "\\|")


def severities_in_reading() -> dict[str, str]:
    """The severity that the readers of sales/ give each code, gravest first where they differ; what is not found here is a note."""
    found: dict[str, str] = {}
    for path in sorted((Path(__file__).resolve().parents[1] / "sales").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (name := _called(node)) in ("find", "Finding", "_leave_out"):
                severity = _severity(name, node)
                for code in _texts(node.args[:1] if name != "_leave_out" else node.args[-1:]):
                    found[code] = min(severity, found.get(code, "note"), key=SEVERITIES.index)
    return found


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _severity(name: str, node: ast.Call) -> str:
    given = [text for text in _texts(node.args[1:]) if text in SEVERITIES]
    return given[0] if given else "error"


def _texts(nodes: list[ast.expr]) -> list[str]:
    return [part.value for node in nodes for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]


if __name__ == "__main__":
    (ROOT / "docs" / "checks.md").write_text(checks_page(), encoding="utf-8")
    (ROOT / "docs" / "functions.md").write_text(functions_page(), encoding="utf-8")
