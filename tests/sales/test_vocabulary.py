"""The words that users have: every spelling means one thing, every preset is a whole sales process, every heading can be read back."""

import csv
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from funnel_xl.sales.aliases import plain, split_unit
from funnel_xl.sales.check.entry import EVIDENCE
from funnel_xl.sales.fields import COMPANIONS, FIELDS
from funnel_xl.sales.settings import Settings
from funnel_xl.wording import LANGUAGES, words

PACKAGE = Path(__file__).resolve().parents[2] / "funnel_xl"

KEYS = {    # what the values of each list can mean; fields, tables and settings stand in the code
    "kind": {"open", "won", "lost", "post"},
    "risk": {"high", "medium", "low"},
    "influence": set("ETUC"),
    "flag": {"yes", "no"},
    "instruction": {"go", "hold", "withdraw"},
    "placement": {"universe", "above", "in", "best_few", "none"},
    "position": {f"{step:+d}" for step in range(-5, 6) if step},
    "month": {str(month) for month in range(1, 13)},
    "span": {"month", "next_month", "quarter", "next_quarter", "year", "next_year", "Q1", "Q2", "Q3", "Q4", "H1", "H2"},
    "unit": {str(10 ** power) for power in (0, 3, 4, 5, 6, 7, 8, 9, 12)},
    "future": {"future"},
    "tax": {"included", "excluded"},
    "note": {"strength", "red_flag", "note", "lesson"},
    "measure": {"money", "deals", "margin", "leads"},
    "entry_rule": {"any", "all"},
    "competitor": {"none"},
    "total": {"total"},
    "team": {"team"},
    "criterion": {"use_case", "bant_budget", "bant_authority", "bant_need", "bant_timeline"},
    "time_preset": {"closing", "building", "balanced"},
    "condition": set(EVIDENCE),
}

# The computed columns of sales/answers.py.
COMPUTED = (
    "score", "score_placement", "horizon", "horizon_months", "placement", "basis", "overdue", "agree", "work", "probability",
    "probability_source", "weighted", "tier", "cadence_days", "days_in_stage", "stalled", "age_days", "next_check", "next_reason",
    "findings", "worst", "value", "kind")

# Tell-tale characters, each the other's counterpart: a text of one script never holds one of the other.
ONLY_SIMPLIFIED = set("个们来对应业务专发经户销阶机线认决签约购议价报额项进时间带头风险"
                      "级处关键权长门问题话语说请该谁谈书见规划数据单产币汇换钱员续绩")
ONLY_TRADITIONAL = set("個們來對應業務專發經戶銷階機線認決簽約購議價報額項進時間帶頭風險"
                       "級處關鍵權長門問題話語說請該誰談書見規劃數據單產幣匯換錢員續績")


def rows_of(name: str) -> list[dict[str, str]]:
    with (PACKAGE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


ALIASES = rows_of("sales/aliases.csv")
PRESETS = rows_of("sales/presets.csv")
WORDS = rows_of("words.csv")
PRESET_NAMES = sorted({row["preset"] for row in PRESETS})


def spelling(kind: str, text: str) -> str:
    """A text as it is compared with others: a heading without its bracketed unit."""
    return plain(split_unit(text)[0] if kind.endswith("field") else text)


def meanings(kind: str) -> dict[str, str]:
    return {spelling(kind, row["alias"]): row["key"] for row in ALIASES if row["kind"] == kind}


def stages_of(preset: str, kind: str = "open") -> list[dict[str, str]]:
    return [row for row in PRESETS if row["preset"] == preset and row["kind"] == kind]


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def in_language(row: dict[str, str], language: str) -> bool:
    """Whether people who write this language use the spelling; a word that both scripts write alike has the language "any"."""
    return row["language"] == language or (language != "en" and row["language"] == "any" and is_chinese(row["alias"]))


def test_no_spelling_means_two_things_within_one_list():
    count = Counter((row["kind"], spelling(row["kind"], row["alias"])) for row in ALIASES)
    assert [each for each, times in count.items() if times > 1] == []


def test_no_spelling_is_nothing_but_punctuation():
    assert [row for row in ALIASES if not spelling(row["kind"], row["alias"])] == []


def test_every_alias_says_its_language_and_its_rank():
    assert {row["language"] for row in ALIASES} == {*LANGUAGES, "any"}
    assert {row["rank"] for row in ALIASES} == {"1", "2"}


def test_every_alias_leads_to_a_field_that_exists():
    lists = {"field": FIELDS, **{f"{table.lower()}.field": columns for table, columns in COMPANIONS.items()}}
    for kind, columns in lists.items():
        assert {row["key"] for row in ALIASES if row["kind"] == kind} == set(columns), kind


def test_every_alias_leads_to_a_table_that_exists():
    assert {row["key"] for row in ALIASES if row["kind"] == "table"} == {"Deals", "History", *COMPANIONS}


def test_every_alias_leads_to_a_setting_that_exists():
    assert {row["key"] for row in ALIASES if row["kind"] == "setting"} <= {each.name for each in fields(Settings)}


@pytest.mark.parametrize("kind", KEYS)
def test_every_word_of_a_list_leads_to_one_of_its_values(kind):
    assert {row["key"] for row in ALIASES if row["kind"] == kind} == KEYS[kind]


def test_a_currency_sign_leads_to_an_iso_code_or_to_a_question():
    codes = {row["key"] for row in ALIASES if row["kind"] == "currency"}
    assert {code for code in codes if not (len(code) == 3 and code.isupper())} == {"?"}
    known = meanings("currency")
    assert [known[plain(sign)] for sign in ("$", "¥", "￥", "元", "NT$", "US$", "人民币", "新台幣", "€")] == [
        "?", "?", "?", "?", "TWD", "USD", "CNY", "TWD", "EUR"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_has_a_strong_spelling_in_each_language(language):
    strong = {(row["kind"], row["key"]) for row in ALIASES if row["rank"] == "1" and in_language(row, language)}
    wanted = {("field", name) for name in FIELDS}
    wanted |= {(f"{table.lower()}.field", name) for table, columns in COMPANIONS.items() for name in columns}
    assert wanted - strong == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_with_our_own_headings_is_read_back(language):
    texts, known = words(language), meanings("field")
    assert {name: known.get(spelling("field", texts[f"field.{name}"])) for name in FIELDS} == {name: name for name in FIELDS}
    for table, columns in COMPANIONS.items():
        kind = f"{table.lower()}.field"
        known = meanings(kind)
        assert [known.get(spelling(kind, texts[f"field.{table.lower()}.{name}"])) for name in columns] == list(columns), table


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_columns_of_the_deals_sheet_have_one_heading(language):
    texts = words(language)
    count = Counter([texts[f"field.{name}"] for name in FIELDS] + [texts[f"field.computed.{name}"] for name in COMPUTED])
    assert [heading for heading, times in count.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_computed_column_is_never_taken_for_what_the_team_typed(language):
    known = meanings("field")
    assert [name for name in COMPUTED if spelling("field", words(language)[f"field.computed.{name}"]) in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "prefix"), [("placement", "placement."), ("position", "position."), ("influence", "influence."),
                                              ("table", "table."), ("stage", "stage.")])
def test_what_we_show_is_also_understood(kind, prefix, language):
    texts, known = words(language), meanings(kind)
    for key in {row["key"] for row in ALIASES if row["kind"] == kind}:
        assert known.get(plain(texts[prefix + key])) == key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_a_measure_that_we_show_can_be_typed(language):
    texts, known = words(language), meanings("measure")
    shown = {"demo.measure": "money", "demo.measure_deals": "deals", "demo.measure_leads": "leads"}
    shown |= {f"measure.{key}": key for key in KEYS["measure"]}
    shown |= {f"book.measure.{key}": key for key in KEYS["measure"] if f"book.measure.{key}" in texts}
    assert [key for key, measure in shown.items() if known.get(plain(texts[key])) != measure] == []


@pytest.mark.parametrize(("kind", "text", "key"), [
    ("table", "阶段变更历史", "History"), ("table", "階段異動紀錄", "History"), ("table", "收款", "Payments"),
    ("table", "應收帳款", "Payments"),
    ("history.field", "变更后阶段", "stage"), ("history.field", "異動前階段", "from_stage"), ("history.field", "異動日期", "entered"),
    ("history.field", "变更时间", "entered"), ("payments.field", "实收日期", "paid"), ("payments.field", "到帳日期", "paid"),
    ("field", "复盘", "lessons"), ("field", "決案時間曾延後", "pushed"), ("field", "是否得標", "is_won"), ("field", "縣市", "place"),
    ("competitor", "獨家", "none"), ("competitor", "单一来源", "none"), ("team", "業務部", "team"), ("kind", "得標", "won"),
])
def test_spellings_of_chinese_teams_are_known(kind, text, key):
    assert meanings(kind)[spelling(kind, text)] == key


@pytest.mark.parametrize(("heading", "field"), [
    ("Opp. ID", "id"), ("opportunity_id", "id"), ("Record ID", "id"), ("deal_id", "id"),
    ("Deal - Title", "name"), ("Topic", "name"), ("property_dealname", "name"),
    ("Account Name", "account"), ("Associated Company", "account"), ("Deal - Organization", "account"), ("客戶名稱", "account"),
    ("sales_agent", "owner"), ("Opportunity Owner", "owner"), ("Rep", "owner"), ("跟進人", "owner"), ("业务", "owner"),
    ("close_value", "amount"), ("Est. Revenue", "amount"), ("Price", "amount"), ("Deal - Value", "amount"),
    ("預計成交金額(萬元)", "amount"),
    ("Probability (%)", "probability"), ("成交概率（%）", "probability"), ("成交機率", "probability"),
    ("engage_date", "created"), ("Created On", "created"), ("Deal - Deal created", "created"),
    ("Est. Close Date", "close_date"), ("Deal - Expected close date", "close_date"), ("決案時間", "close_date"),
    ("StageName", "stage"), ("Pipeline Phase", "stage"), ("當前階段", "stage"), ("Status", "stage"),
    ("Last Stage Change Date", "entered"), ("進入時間", "entered"), ("聯系人(經理)", "contact"), ("lost_at_stage", "lost_stage"),
])
def test_headings_that_exports_and_teams_use_are_known(heading, field):
    assert meanings("field")[spelling("field", heading)] == field


@pytest.mark.parametrize("heading", ["Date", "Type", "Weighted amount", "Deal - Weighted value", "Account Owner", "Pipeline"])
def test_a_heading_that_could_mean_anything_is_left_alone(heading):
    assert spelling("field", heading) not in meanings("field")


@pytest.mark.parametrize("preset", PRESET_NAMES)
def test_a_preset_has_one_won_and_one_lost_stage_and_a_few_open_ones(preset):
    assert len(stages_of(preset, "won")) == len(stages_of(preset, "lost")) == 1
    assert 2 <= len(stages_of(preset)) <= 9
    assert len({row["key"] for row in PRESETS if row["preset"] == preset}) == sum(row["preset"] == preset for row in PRESETS)


@pytest.mark.parametrize("preset", PRESET_NAMES)
def test_a_deal_never_loses_chance_or_place_by_going_on(preset):
    chances = [float(row["probability"]) for row in stages_of(preset)]
    places = [("above", "in", "best_few").index(row["placement"]) for row in stages_of(preset)]
    assert chances == sorted(chances) and chances[0] > 0 and chances[-1] < 1
    assert places == sorted(places) and {places[0], places[-1]} == {0, 2}
    assert [stages_of(preset, kind)[0]["probability"] for kind in ("won", "lost")] == ["1", "0"]


@pytest.mark.parametrize("preset", PRESET_NAMES)
def test_a_preset_is_complete_in_three_languages(preset):
    rows = [row for row in PRESETS if row["preset"] == preset]
    assert [row["position"] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    for language in LANGUAGES:
        assert len({row[language] for row in rows} - {""}) == len(rows)
        assert words(language)[f"preset.{preset}"]
    for row in rows:
        assert (row["kind"] == "open") == all((row["placement"], row["expected_days"], row["stall_days"]))
        for part in ("entry", "action", "output"):
            assert len({bool(row[f"{part}_{language}"]) for language in LANGUAGES}) == 1, "in all languages or in none"


def test_a_presets_stage_names_are_known_stages_of_the_same_meaning():
    known = meanings("stage")
    names = [(row["key"], row[language]) for row in PRESETS for language in LANGUAGES]
    assert [(key, name) for key, name in names if known.get(plain(name)) != key] == []


def test_the_one_preset_with_probabilities_in_its_source_keeps_them():
    assert [row["probability"] for row in stages_of("s1")] == ["0.1", "0.35", "0.65", "0.75"]     # spec item 50
    assert {row["probability_from"] for row in stages_of("s1")} == {"source"}
    assert {row["probability_from"] for row in stages_of("saas")} == {"proposed"}


def test_the_software_preset_says_how_a_deal_enters_each_stage_and_waits_15_days_in_negotiation():
    rows = {row["key"]: row for row in PRESETS if row["preset"] == "saas"}
    assert all(rows[key][f"{part}_zh-Hant"] for key in rows if key != "lost" for part in ("entry", "action", "output"))
    assert rows["interest"]["entry_zh-Hant"] == "線索評分≥6分/明確使用場景"
    assert rows["negotiation"]["stall_days"] == "15"


def test_no_text_is_missing_in_any_language():
    assert [row for row in WORDS if not all(row.values())] == []
    assert [key for key, times in Counter(row["key"] for row in WORDS).items() if times > 1] == []


def test_neither_script_holds_characters_of_the_other():
    texts = {"zh-Hans": [], "zh-Hant": []}
    for language, mine in texts.items():
        mine += [row[language] for row in WORDS]
        mine += [text for row in PRESETS for column, text in row.items() if column.endswith(language)]
        mine += [row["alias"] for row in ALIASES if row["language"] in (language, "any")]
    assert [text for text in texts["zh-Hans"] if ONLY_TRADITIONAL & set(text)] == []
    assert [text for text in texts["zh-Hant"] if ONLY_SIMPLIFIED & set(text)] == []
