"""The table of words: each is one word to the lexer, and folding keeps every place."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import lexicon
from schemas.unit import unit

WORDS = sorted(lexicon.KINDS)


def test_a_word_of_the_table_is_one_word_to_the_lexer():
    matches = ((word, lexicon.TOKEN.match(word)) for word in WORDS)
    seen = {word: match and (match.group(), match.lastgroup) for word, match in matches}
    assert seen == {word: (word, "word") for word in WORDS}


def test_words_stand_in_the_table_as_they_are_folded():
    assert [word for word in WORDS if lexicon.lower(word) != word or word != word.strip()] == []


def test_every_traditional_character_is_one_that_a_word_needs():
    pairs = list(zip(lexicon.TRADITIONAL[::2], lexicon.TRADITIONAL[1::2], strict=True))
    used = set("".join(WORDS)) | set(lexicon.DIGITS) | set("万亿")
    assert [old for old, simple in pairs if simple not in used] == []
    assert len({old for old, _ in pairs}) == len(pairs)


@pytest.mark.parametrize("table", [lexicon.UNITS, lexicon.SPELLED])
def test_units_are_units(table):
    names = {meaning[0] if table is lexicon.UNITS else meaning[1] for meaning in table.values()}
    assert all(str(unit(name)) == name for name in names if name)


def test_currencies_and_rates_are_units():
    assert all(str(unit(code)) == code for code in lexicon.CURRENCY.values())
    assert all(codes >= {lexicon.CURRENCY[sign]} for sign, codes in lexicon.LOOSE.items())
    rates = {*lexicon.RATES.values(), *lexicon.EACH.values(), *lexicon.ONCE.values()}
    assert all(unit(f"money/{rate}") for rate in rates)


@given(st.text())
def test_folding_keeps_every_place(text):
    assert len(lexicon.fold(text)) == len(lexicon.lower(text)) == len(text)
    assert lexicon.lower(lexicon.lower(text)) == lexicon.lower(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＵＳＤ　１１億", "USD 11亿"),
        ("約５３００萬", "约5300万"),
        ("～－＋％＄（）", "~-+%$()"),
        ("日圓 100円", "日元 100元"),
        ("\u00a0\u2009\u202f", "   "),
        ("10² ① ½ ㈠ Ⅳ", "10² ① ½ ㈠ Ⅳ"),
        ("１，２３４", "1，234"),
    ],
)
def test_only_what_keeps_the_amount_is_folded(text, folded):
    assert lexicon.fold(text) == folded


@given(st.characters(categories=["Lu", "Ll"], max_codepoint=0x7F))
def test_letters_are_lowered(letter):
    wide = chr(ord(letter) + 0xFEE0)
    assert unicodedata.normalize("NFKC", wide) == letter
    assert lexicon.lower(wide) == lexicon.lower(letter) == letter.lower()
