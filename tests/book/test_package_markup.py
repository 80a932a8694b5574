"""Raw XML changed at places: whatever the text, only what was meant changes, and cutting it out again gives back the bytes."""

from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnel_xl.book.markup import Edits, Markup
from funnel_xl.book.renaming import Renaming
from funnel_xl.errors import BookError

NAMES = st.sampled_from(("a", "b", "sheet", "x:c", "definedName"))
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=12)
ENCODINGS = (("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"))
BETWEEN = st.sampled_from(("", "\n  ", "<!-- > </a> -->", "<?go on?>", "<![CDATA[<b>]]>"))


@st.composite
def xml(draw, depth=3):
    """An element with attributes, text, comments and children."""
    name = draw(NAMES)
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in draw(st.dictionaries(st.sampled_from(("p", "q")), TEXTS)).items())
    if draw(st.booleans()) or not depth:
        return f"<{name}{attributes}/>" if draw(st.booleans()) else f"<{name}{attributes}>{escape(draw(TEXTS))}</{name} >"
    children = "".join(draw(BETWEEN) + draw(xml(depth=depth - 1)) for _ in range(draw(st.integers(0, 3))))
    return f"<{name}{attributes}>{children}{draw(BETWEEN)}</{name}>"


@st.composite
def documents(draw):
    encoding, mark = draw(st.sampled_from(ENCODINGS))
    line = draw(st.sampled_from(("", "\r\n")))
    text = f'<?xml version="1.0"?>{line}<root xmlns="urn:a" xmlns:x="urn:b">{draw(xml())}{line}{draw(xml())}</root>'
    return mark + text.encode(encoding)


@given(documents())
def test_every_element_is_found_where_it_stands(raw):
    markup = Markup(raw, "Team.xlsx", "xl/workbook.xml")
    for element in markup.root.iter():
        text = markup.text[element.start:element.end]
        assert text.startswith(f"<{element.prefix}{element.local}".encode())
        assert text.endswith(b">")
        inside = markup.text[element.inside:element.close]
        assert inside == b"" or markup.text[element.close:element.end].startswith(b"</")
    assert Edits(markup).result() == raw


@given(documents(), st.data())
def test_what_is_put_in_can_be_cut_out_again(raw, data):
    markup = Markup(raw, "Team.xlsx", "xl/workbook.xml")
    parent = data.draw(st.sampled_from([element for element in markup.root.iter() if element.inside != element.end]))
    edits = Edits(markup)
    edits.append(parent, '<ours n="1"><deep/></ours>')
    edits.append(parent, '<ours n="2"/>')
    longer = Markup(edits.result(), "Team.xlsx", "xl/workbook.xml")
    ours = [element for element in longer.root.iter() if element.local == "ours"]
    assert [element.attributes["n"] for element in ours] == ["1", "2"]
    back = Edits(longer)
    for element in ours:
        back.cut(element)
    assert back.result() == raw


@given(documents(), TEXTS, st.data())
def test_an_attribute_gets_its_value_and_nothing_else_changes(raw, value, data):
    markup = Markup(raw, "Team.xlsx", "xl/workbook.xml")
    number = data.draw(st.integers(0, len(list(markup.root.iter())) - 1))
    edits = Edits(markup)
    edits.set(list(markup.root.iter())[number], "p", value)
    before, after = list(markup.root.iter()), list(Markup(edits.result(), "Team.xlsx", "xl/workbook.xml").root.iter())
    assert after[number].attributes == before[number].attributes | {"p": value}
    assert [one.attributes for at, one in enumerate(after) if at != number] == [
        one.attributes for at, one in enumerate(before) if at != number]
    assert [one.text for one in after] == [one.text for one in before]


@pytest.mark.parametrize("raw", [b"", b"<a>", b"<a></b>", b"\xff\xfe<", b"<a>" * 300 + b"</a>" * 300,
                                 b'<?xml version="1.0" encoding="ebcdic"?><a/>'])
def test_what_is_no_xml_is_called_damaged(raw):
    with pytest.raises(BookError, match=r"Team\.xlsx is damaged in its part xl/workbook.xml"):
        Markup(raw, "Team.xlsx", "xl/workbook.xml")


def test_entities_of_its_own_are_refused():
    with pytest.raises(BookError, match="entities"):
        Markup(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "Team.xlsx", "xl/workbook.xml")


@pytest.mark.parametrize(("formula", "renamed"), [
    ("Deals!$A$1", "'Our deals'!$A$1"), ("'Deals'!A1+deals!B2", "'Our deals'!A1+'Our deals'!B2"), ("MyDeals!A1", "MyDeals!A1"),
    ('"Deals!"&Deals!A1', "\"Deals!\"&'Our deals'!A1"), ("'It''s'!A1", "'Its'!A1"), ("[1]Deals!A1", "[1]Deals!A1"),
    ("SUM(T[Amount])", "SUM(T_2[Amount])"), ("SUM(NotT[Amount],T[[#All],[x]])", "SUM(NotT[Amount],T_2[[#All],[x]])"),
    ("Gone!A1", "#REF!A1"), ("商機!A1", "'Chances'!A1"),
])
def test_formulas_follow_new_names(formula, renamed):
    renaming = Renaming({"Deals": "Our deals", "It's": "Its", "Gone": None, "商機": "Chances"}, {"T": "T_2"})
    assert renaming.formula(formula) == renamed


@given(TEXTS)
def test_a_formula_without_those_names_stays(formula):
    assert Renaming({"no such sheet": "x"}, {"No_such_table": "y"}).formula(formula) == formula
