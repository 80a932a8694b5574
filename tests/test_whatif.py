"""The command whatif: the levers on a terminal and for programs, and requests that can't be met."""

import pytest

from tests.test_cli import AS_OF, run  # noqa: F401  a fixture

DEALS = """id,account,stage,amount,created,close date
1,Acme,Lead,100,2026-02-01,2026-05-01
2,Bolt,Won,100,2026-01-01,2026-02-20
3,Cord,Lost,100,2026-01-01,2026-02-20
"""
FORMULA = ("--set", "base=200", "--set", "meeting rate=30%", "--set", "closing_rate=20", "--set", "average_order=100K",
           "--set", "margin=25%")


@pytest.fixture
def team(tmp_path):
    path = tmp_path / "team.csv"
    path.write_text(DEALS, encoding="utf-8")
    return path


def test_velocitys_levers_reach_the_quota(run, team):  # noqa: F811
    """1 open x 50 % x 100 / 50 days = 1 a day, 90 in the quarter; 180 is double."""
    done = run("whatif", team, *AS_OF, "--quota", "180")
    assert (done.code, done.error) == (0, "")
    assert "The goal is 180; a period yields won deals of 90. Missing: 90. Each of these alone would close the gap:" in done.out
    assert "Cycle (days)" in done.out and "-50.0%" in done.out
    assert "Not known: Customer base, First-meeting rate." in done.out


def test_levers_that_are_set_say_what_they_give_and_what_is_left(run, team):  # noqa: F811
    done = run("whatif", team, *AS_OF, "--goal", "400K", *FORMULA)
    assert "The goal is 400,000; a period yields a gross profit of 300,000. Missing: 100,000." in done.out
    changed = run("whatif", team, *AS_OF, "--quota", "180", "--set", "cycle_days=40")
    assert "The goal is 180; a period yields won deals of 112 (before the change: 90). Missing: 68." in changed.out


def test_programs_get_numbers(run, team):  # noqa: F811
    record = run("whatif", team, *AS_OF, "--goal", "400000", *FORMULA, "--json").record
    formula = record["models"][0]
    assert record["set"] == {"base": 200, "meeting_rate": 0.3, "closing_rate": 0.2, "average_order": 100_000, "margin": 0.25}
    assert (formula["measure"], formula["goal"], formula["before"]) == ("profit", 400_000, None)
    assert formula["now"] == pytest.approx(300_000) and formula["gap"] == pytest.approx(100_000)
    assert formula["levers"][1] == {"lever": "meeting_rate", "now": 0.3, "from": "set", "needed": pytest.approx(0.4),
                                    "change": pytest.approx(1 / 3), "possible": True}
    unknown = run("whatif", team, *AS_OF, "--quota", "180", "--json").record["models"][0]
    assert unknown["now"] is None and unknown["levers"][0] == {
        "lever": "base", "now": None, "from": None, "needed": None, "change": None, "possible": None}


@pytest.mark.parametrize(("asked", "said"), [
    ((), "There is no goal. Give --goal MONEY or --quota MONEY"), (("--goal", "much"), '--goal: "much" is no number above zero'),
    (("--goal", "0"), "--goal"), (("--quota", "180", "--set", "price=5"), 'write it as LEVER=NUMBER'),
    (("--quota", "180", "--set", "win_rate=120%"), 'win_rate: "120%" is no rate'),
    (("--quota", "180", "--set", "win_rate"), "LEVER=NUMBER"),
])
def test_what_can_not_be_is_refused_in_one_line(run, team, asked, said):  # noqa: F811
    done = run("whatif", team, *AS_OF, *asked)
    assert (done.code, done.out, len(done.error.splitlines())) == (2, "", 1) and said in done.error


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_it_speaks_the_language_that_is_asked_for(run, team, language):  # noqa: F811
    done = run("whatif", team, *AS_OF, "--quota", "180", "--language", language)
    assert done.code == 0 and "{" not in done.out and ("假设分析" in done.out or "假設分析" in done.out)


def test_help_has_an_example(run):  # noqa: F811
    done = run("whatif", "--help")
    assert done.code == 0 and "funnel-xl whatif" in done.out and "--goal" in done.out and "--set" in done.out
