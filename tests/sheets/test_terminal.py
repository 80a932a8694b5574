"""What stands on the terminal: the numbers never without what is known against them."""

from funnel_xl.sheets.terminal import summary_blocks
from funnel_xl.wording import words
from tests.sales.tables import answers_of, csv_file

HEADER = ["Account", "Stage", "Amount", "Close date", "Currency"]


def last_lines(*deals: list, language: str = "en") -> list[str]:
    """The lines of a summary's last block."""
    return [line for (line,) in summary_blocks(answers_of(csv_file([HEADER, *deals])), words(language))[-1].rows]


def test_a_summary_ends_with_its_currency_and_how_much_check_has_to_say():
    assert last_lines(["Acme", "Lead", 100, "2026-05-01", "EUR"], ["Bolt", "Lead", 300, "2026-05-01", "USD"]) == [
        "All money in EUR.",
        "Errors: 0, warnings: 2, notes on how the source was read: 3. funnel-xl check shows them.",
    ]


def test_a_summary_says_so_in_chinese_too():
    assert last_lines(["台大", "提案", "50萬", "2026-05-01", "TWD"], language="zh-Hant")[0] == "金額均以 TWD 計。"
