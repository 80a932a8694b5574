"""What holds for every test: where the real data lies, and that nothing may be skipped where all tools are promised."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("FUNNEL_SHARED") or ROOT.parent / "shared").resolve()

# No deadline: a test says what is right, benchmarks/ says how fast. In CI the same examples each time: a new one is found, and kept as a
# test of its own, where somebody is there to mend what it shows.
settings.register_profile("funnel", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("funnel")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data, which is no part of the project."""
    if not SHARED.is_dir():
        pytest.skip(f"no shared data at {SHARED}")
    return SHARED


def _refuse_skip(report):
    """A skip fails under FUNNEL_REQUIRE_TOOLS=1, unless the real data is what is missing."""
    if report.skipped and os.environ.get("FUNNEL_REQUIRE_TOOLS") == "1" and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if SHARED.is_dir() or "shared" not in reason:
            report.outcome = "failed"
            report.longrepr = f"{reason}; FUNNEL_REQUIRE_TOOLS=1 allows no skips"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return _refuse_skip((yield))
