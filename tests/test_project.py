"""What the project promises about itself: which way imports go, that every text exists in every language, that the README is true."""

import ast
import csv
import re
import string
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "funnel_xl"
LANGUAGES = ("en", "zh-Hans", "zh-Hant")

# A room may import from its own rank and from those below (design.md); cycles inside a rank have a test of their own.
RANKS = {"errors": 0, "wording": 1, "sales": 2, "sheets": 3, "draw": 4, "book": 4, "build": 5, "excel": 5, "cli": 5,
         "reporting": 5, "stages_command": 5, "__main__": 6}

# errors.py says a FunnelError in words only once somebody looks at it, inside a function: wording.py is not there before.
LATE = {("funnel_xl.errors", "funnel_xl.wording")}


def modules() -> dict[str, ast.Module]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def imported(name: str, statement: ast.stmt) -> set[str]:
    """The dotted names that an import statement in the module `name` asks for, of our own and others."""
    if isinstance(statement, ast.Import):
        return {alias.name for alias in statement.names}
    if not isinstance(statement, ast.ImportFrom):
        return set()
    base = statement.module or ""
    if statement.level:
        is_package = (ROOT / Path(*name.split("."))).is_dir()
        parts = name.split(".")
        parents = parts[:len(parts) - statement.level + is_package]
        base = ".".join([*parents, base] if base else parents)
    below = {f"{base}.{alias.name}" for alias in statement.names} & MODULES.keys()
    return below or {base}


def imports(name: str, at_start_only: bool = False) -> set[str]:
    """What a module imports: anywhere in it, or only while it is itself being imported."""
    found: set[str] = set()
    waiting: list[ast.AST] = [MODULES[name]]
    while waiting:
        node = waiting.pop()
        if at_start_only and (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _for_types_only(node)):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= imported(name, node)
        waiting += ast.iter_child_nodes(node)
    return found


def _for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def room(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


@pytest.mark.parametrize("name", sorted(name for name in MODULES if room(name)))
def test_imports_go_from_the_doors_to_the_heart_only(name):
    wrong = {target for target in imports(name) if target.startswith("funnel_xl.") and RANKS[room(target)] > RANKS[room(name)]}
    assert {(name, target) for target in wrong} <= LATE


def test_only_the_excel_room_knows_xlwings():
    guilty = {name for name in MODULES for target in imports(name) if target.split(".")[0] == "xlwings" and room(name) != "excel"}
    assert not guilty


def test_no_module_is_imported_while_it_waits_for_its_importer():
    edges = {name: imports(name, at_start_only=True) & MODULES.keys() - {name} for name in MODULES}
    while leaves := [name for name, targets in edges.items() if not targets & edges.keys()]:
        for name in leaves:
            del edges[name]
    assert not edges, f"these import each other: {sorted(edges)}"


def test_every_module_name_says_what_it_is_about():
    undecided = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
    assert not undecided & {name.rsplit(".", 1)[-1] for name in MODULES}


def word_rows() -> list[list[str]]:
    with (PACKAGE / "words.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def test_every_text_stands_in_all_three_languages():
    header, *rows = word_rows()
    assert header == ["key", *LANGUAGES]
    bad = [row[:1] for row in rows if len(row) != 4 or not all(cell.strip() for cell in row)]
    assert not bad


def test_no_text_has_two_rows():
    keys = [row[0] for row in word_rows()[1:]]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("column", [2, 3])
def test_a_text_names_the_same_values_in_every_language(column):
    def named(text: str) -> set[str]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}

    bad = [row[0] for row in word_rows()[1:] if named(row[column]) != named(row[1])]
    assert not bad


class Spoken:
    """The keys of words.csv that the code, or the package's data, names: whole, or by their beginning."""

    def __init__(self) -> None:
        self.whole: set[str] = set()
        self.data: set[str] = set()
        self.patterns: set[str] = set()
        for tree in MODULES.values():
            pieces = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces:
                    self.whole.add(node.value)
                    if node.value.endswith("."):
                        self.patterns.add(re.escape(node.value) + ".+")
                elif isinstance(node, ast.JoinedStr):
                    self._add_pattern(node)
        for path in PACKAGE.rglob("*.csv"):
            if path.name != "words.csv":
                self.data |= set(re.split(r"[,\n]", path.read_text(encoding="utf-8")))

    def _add_pattern(self, node: ast.JoinedStr) -> None:
        parts = [re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values]
        if "." in parts[0]:             # f"field.{name}": a family of keys; f"{a}.{b}" would be all of them
            self.patterns.add("".join(parts))

    def says(self, key: str) -> bool:
        key = key.removeprefix("check.")        # a finding names its code; f"check.{code}" would be all of them
        return key in self.whole | self.data or any(re.fullmatch(pattern, key) for pattern in self.patterns)


SPOKEN = Spoken()


def test_every_row_of_words_is_said_somewhere():
    unused = [row[0] for row in word_rows()[1:] if not SPOKEN.says(row[0])]
    assert not unused


def test_every_text_that_the_code_asks_for_exists():
    keys = {row[0] for row in word_rows()[1:]}
    families = {key.split(".")[0] for key in keys} - {"check"}
    likely = {text for text in SPOKEN.whole - SPOKEN.data if re.fullmatch(r"[a-z_]+(\.[a-z0-9_+-]+)+", text)}
    asked = {text for text in likely if text.split(".")[0] in families and not text.endswith((".xml", ".csv", ".bas", ".cls"))}
    missing = {text for text in asked if f"check.{text}" not in keys and not any(key.startswith(text) for key in keys)}
    assert not missing
