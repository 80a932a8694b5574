"""The command knowledge as its user meets it."""

import pytest

from tests.test_cli import AS_OF, run  # noqa: F401

DEALS = """id,account,owner,stage,amount,close date,product,competitor,lost reason
4,Dune,Bob,Won,400,2026-02-01,Monitor,Helios,
5,Elm,Bob,Lost,600,2026-02-01,Monitor,Helios,Price
6,Fir,Bob,Lost,100,2026-01-01,Scanner,Normed,Price
7,Gum,Bob,Lead,100,2026-09-01,Scanner,Normed,
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(DEALS, encoding="utf-8")
    return path


def test_cases_are_found_by_product_and_competitor(run, source):  # noqa: F811
    done = run("knowledge", source, *AS_OF, "--competitor", "HELI")
    assert done.code == 0 and "2 of 3 closed deals found: 1 won, 1 lost, win rate 50.0%." in done.out
    assert "Elm" in done.out and "Fir" not in done.out
    assert "Fir" in run("knowledge", source, *AS_OF, "--product", "scan", "--outcome", "lost", "--text", "price").out


def test_programs_get_json(run, source):  # noqa: F811
    record = run("knowledge", source, *AS_OF, "--json", "--product", "monitor").record
    assert [case["account"] for case in record["cases"]] == ["Dune", "Elm"]


def test_a_wrong_outcome_is_refused_with_what_is_allowed(run, source):  # noqa: F811
    done = run("knowledge", source, "--outcome", "maybe")
    assert done.code == 2 and "won, lost" in done.error


@pytest.mark.parametrize("name", ["customers", "breakdown", "knowledge"])
def test_the_sheets_are_written_by_their_names(run, source, name):  # noqa: F811
    out = source.with_name("out.xlsx")
    assert run("report", source, name, *AS_OF, "--out", out).code == 0 and out.exists()
