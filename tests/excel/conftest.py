"""A stand-in for Excel for each test, and a home for what the product writes down."""

import pytest
import xlwings as xw
from engine import App, excel

from funnel_xl.excel import native, serving


@pytest.fixture
def app(tmp_path, monkeypatch) -> App:
    """Excel on Windows, speaking English."""
    monkeypatch.setenv("FUNNEL_LANGUAGE", "en")
    monkeypatch.setattr(serving, "log_file", lambda: tmp_path / "state" / "functions.log")
    for module in ("desk", "last_change"):
        monkeypatch.setattr(f"funnel_xl.excel.{module}.log_file", lambda: tmp_path / "state" / "functions.log")
    yield excel()
    vars(xw.Book).get("_mock_caller") and delattr(xw.Book, "_mock_caller")


@pytest.fixture
def mac(app, monkeypatch) -> App:
    """Excel on a Mac."""
    monkeypatch.setattr(native, "MAC", True)
    app.mac = True
    return app
