"""Ten of the smaller Excel-made workbooks through placing, replacing and removing; all of them, and on paper, in `make proof`."""

import random
import tempfile
from pathlib import Path

import pytest
from fidelity import prove

from tests.conftest import SHARED

LARGEST = 40_000        # [bytes] the witnesses take their time over the larger ones
CORPUS = sorted(file for file in (SHARED / "corpus").glob("*.xl[st]*") if file.stat().st_size < LARGEST)
SAMPLE = random.Random(3).sample(CORPUS, min(10, len(CORPUS)))


@pytest.mark.parametrize("file", SAMPLE, ids=lambda file: file.name)
def test_a_workbook_that_excel_wrote_loses_nothing(shared, file):
    with tempfile.TemporaryDirectory() as folder:
        outcome = prove(file, Path(folder), auditable=200_000)
    assert outcome.wrong == []


@pytest.mark.office
@pytest.mark.parametrize("file", SAMPLE[:3], ids=lambda file: file.name)
def test_the_old_pages_and_ours_are_printed_as_before(shared, file):
    with tempfile.TemporaryDirectory() as folder:
        outcome = prove(file, Path(folder), printed=True, auditable=0)
    assert outcome.wrong == []
