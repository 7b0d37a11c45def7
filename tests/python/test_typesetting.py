"""What Typst is given to set: any text, with code points for the letters that the font lacks."""

import random
import unicodedata
from datetime import date

import pytest

import glyphs
from cmr.papers import typesetting

ALPHABETS = {
    "Latin": "ÀàÇçÑñØøßŠšŁłŐőŞşİıĦħŊŋŽžƏəȘșẞẅ",
    "Vietnamese": "ĂăÂâĐđÊêÔôƠơƯưẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ",
    "Greek": "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰἈᾧ",
    "Cyrillic": "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяЂЃЄЅІЇЈЉЊЋЌЎЏҐґӘә",
    "Signs": "\u2018\u2019“”\u2013—…•·€£©§¶†‡°½",
}


def test_the_listed_glyphs_are_those_of_the_font() -> None:
    assert typesetting.GLYPHS.read_text(encoding="ascii") == glyphs.glyphs(), "run tests/python/glyphs.py"


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_the_font_has_the_letters_of(alphabet: str) -> None:
    letters = ALPHABETS[alphabet]
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, letters)
        assert typesetting.shown(text) == text


def test_what_is_shown_for_other_characters() -> None:
    values = {"名": ["DOE\tJANE\r\n\x9d", 7, None, True], "b": {"c": "\ud800\U0001f600\u00ad\uffff"}}
    assert typesetting.shown(values) == {
        "[U+540D]": ["DOE JANE \n[U+009D]", 7, None, True],
        "b": {"c": "[U+D800][U+1F600][U+00AD][U+FFFF]"},
    }


def test_any_text_can_be_set() -> None:
    """Letters of all kinds beside each other, in words and in every style of a letter to a person."""
    drawn = random.Random(0)
    points = [*range(0x3000), *(drawn.randrange(0x110000) for _ in range(2000))]
    drawn.shuffle(points)
    text = "".join(map(chr, points))
    words = [text[place : place + 7] for place in range(0, len(text), 7)]
    count = {"offense": None, "disposition_date": None, "relief": "dismissal"}
    paper = {
        "county": "SACRAMENTO",
        "policy": words[1],
        "run_id": words[2],
        "as_of": "2020-07-01",
        "name": " ".join(words[3:500]),
        "dismissals": 1,
        "reductions": 0,
        "cites_11361_8": True,
        "counts": [{**count, "case_number": word, "statute": word} for word in words[500:]],
    }
    office = {
        "prosecutor": {"name": words[0], "office": words[0], "address": words[:3]},
        "help": {"name": words[1], "address": None, "phone": None, "email": words[2], "website": None},
    }
    assert typesetting.set_pdf("notice.typ", date(2020, 7, 1), office=office, paper=paper)


def test_what_typst_refuses_is_told_without_its_words() -> None:
    with pytest.raises(typesetting.CannotBeSet) as refused:
        typesetting.set_pdf("notice.typ", date(2020, 7, 1), office={}, paper={"name": "DOE,JANE"})
    assert str(refused.value) == ""
