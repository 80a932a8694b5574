"""`python -m funnel_xl.build FOLDER`: the two projects, Funnel.xlsm and Funnel.xlam anew; what `make workbook` runs."""

import datetime as dt
import sys
from pathlib import Path

from .addin import build_addin
from .projects import compile_projects
from .workbook import build_workbook

DEMO_DAY = dt.date(2026, 11, 20)        # the day that the committed workbook shows; a release moves it on


def main() -> None:
    """Write both books into the folder that is named."""
    folder = Path(sys.argv[1])
    compile_projects()
    build_workbook(folder / "Funnel.xlsm", as_of=DEMO_DAY)
    build_addin(folder / "Funnel.xlam")
    for name in ("Funnel.xlsm", "Funnel.xlam"):
        print(folder / name)


if __name__ == "__main__":
    main()
