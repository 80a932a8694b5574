"""The pages of docs/ that the program makes of its own texts."""

from funnel_xl.build.pages import ROOT, checks_page, functions_page, severities_in_reading
from funnel_xl.sales.check.run import RULES


def test_the_page_of_checks_is_as_the_program_says_it_now():
    assert (ROOT / "docs" / "checks.md").read_text(encoding="utf-8") == checks_page(), "run: make docs"


def test_the_page_of_functions_is_as_the_catalogue_says_it_now():
    assert (ROOT / "docs" / "functions.md").read_text(encoding="utf-8") == functions_page(), "run: make docs"


def test_every_rule_is_on_the_page_under_its_severity():
    page = checks_page()
    for severity, heading, following in (("error", "## Errors", "## Warnings"), ("warning", "## Warnings", "## Notes")):
        part = page[page.index(heading):page.index(following)]
        assert not [code for code, rule in RULES.items() if rule.severity == severity and f"| `{code}` |" not in part]


def test_what_a_reader_calls_an_error_is_one_on_the_page():
    severities = severities_in_reading()
    assert severities["date.unread"] == "error"             # dates.py: find(..., row)
    assert severities["position.unsigned"] == "warning"     # share.py: find(..., row, "warning")
    assert severities["share.minority_points"] == "error"   # share.py: _leave_out
