"""What the words for people promise: nothing missing, nothing idle, in any of the languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from schemas import company, source
from schemas.figure import read
from schemas.problem import SEVERITY
from schemas.source import GRADE
from schemas.unit import CURRENCIES, PLAIN, TIME
from schemas.words import LANGUAGES, locale, texts
from tests.folder import catalog

ROOT = Path(__file__).parents[1]
OTHERS = [language for language in LANGUAGES if language != "en"]
# What English leaves to the label or to the CLDR, and another language may print.
OWN = re.compile(r"currency\.[A-Z]{3}|measure\.[a-z_]+")
# Plural forms besides `other`, as CLDR names them; Chinese has none.
FORM = re.compile(r"measure\.[a-z]+_(zero|one|two|few|many)")
QUALIFIERS = {"exact", "approx", "almost", "more_than", "at_least", "less_than", "at_most", "range"}
GAP = "\N{WHITE SQUARE}"


def family(name: str, language: str = "en") -> set[str]:
    """What stands under a key, by what comes after the first point."""
    return {key.removeprefix(f"{name}.") for key in texts(language) if key.startswith(f"{name}.")}


def placeholders(template: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


# -- the same in every language ---------------------------------------------------------------


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_every_key_and_none_besides_its_own_words_for_units(language):
    ours, english = set(texts(language)), set(texts("en"))
    assert {key for key in english - ours if not FORM.fullmatch(key)} == set()
    assert {key for key in ours - english if not OWN.fullmatch(key)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_has_the_same_gaps_in_every_language(language):
    english = texts("en")
    differ = {
        key: text
        for key, text in texts(language).items()
        if placeholders(text) != placeholders(english.get(key, text))
    }
    assert differ == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_has_blanks_at_its_ends_or_a_gap_without_a_name(language):
    for key, text in texts(language).items():
        assert text.strip() == text or key in {"ui.trace.and", "list", "clauses"}, key
        assert text, key
        assert all(re.fullmatch("[a-z_]+", str(gap)) for gap in placeholders(text)), key


@pytest.mark.parametrize("language", OTHERS)
def test_chinese_sentences_are_chinese(language):
    """What is the same as in English is a sign, an abbreviation or a name."""
    english = texts("en")
    same = {key for key, text in texts(language).items() if text == english.get(key)}
    letters = {key: re.sub(r"\{\w+\}|[^A-Za-z]", "", english[key]) for key in same}
    assert {key: text for key, text in letters.items() if not is_name(text)} == {}


def is_name(text: str) -> bool:
    return text.isupper() or text in {"", "JSON", "YAML", "id", "GitHub", "Footnote"}


@pytest.mark.parametrize(
    ("language", "standard", "besides"),
    [("zh-Hans", "gb2312", ""), ("zh-Hant", "big5", "裏着")],  # Hong Kong's own forms
)
def test_simplified_and_traditional_characters_are_not_mixed(language, standard, besides):
    han = {each for text in texts(language).values() for each in text if "一" <= each <= "鿿"}
    strange = [each for each in sorted(han) if not each.encode(standard, "ignore")]
    assert set(strange) <= set(besides)


# -- what data and catalogue can ask for ------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_has_a_label_and_a_meaning(language):
    wanted = {f"{name}.{part}" for name in catalog() for part in ("label", "means")}
    assert family("metric", language) == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_tell_metrics_apart(language):
    labels = [text for key, text in texts(language).items() if re.match(r"metric\..*\.label", key)]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_definition_has_words(language):
    wanted = {
        f"{name}.{definition}"
        for name, metric in catalog().items()
        for definition in metric.formulas
    }
    assert family("definition", language) == wanted


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "field"), [("caveat", "caveats"), ("basis", "basis")])
def test_every_caveat_and_basis_has_words(language, name, field):
    wanted = {each for metric in catalog().values() for each in getattr(metric, field)}
    assert family(name, language) == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_has_words(language):
    assert family("group", language) == {metric.group for metric in catalog().values()}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("qualifier", QUALIFIERS),
        ("per", {"months", "years", "people", "users"}),
        ("kind", set(get_args(company.Kind))),
        ("source_kind", set(get_args(source.Kind))),
        ("source_kind", set(GRADE)),
    ],
)
def test_every_choice_of_a_data_file_has_words(name, wanted):
    for language in LANGUAGES:
        assert family(name, language) == wanted


def test_units_are_written_for_units_and_metrics_that_are_there():
    for language in LANGUAGES:
        forms = {f"{each}_{form}" for each in TIME for form in locale(language).plural_form.tags}
        known = {*PLAIN, *TIME, *forms, "people", "users", *catalog()}
        assert family("measure", language) <= known
        assert family("currency", language) <= CURRENCIES


@pytest.mark.parametrize("text", ["1 USD", "~1 USD", ">1 USD", "<=1 USD", "1..2 USD", "几亿元"])
def test_whatever_a_figure_is_qualified_by_can_be_said(text):
    found = read(text)
    assert getattr(found, "qualifier", None) in family("qualifier")


# -- what code can ask for --------------------------------------------------------------------


def constants() -> Iterator[str]:
    """Every text in the code, with a sign for what is worked out."""
    for room in ("schemas", "metrics", "views", "door"):
        for path in (ROOT / room).glob("*.py"):
            yield path.stem
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
                elif isinstance(node, ast.JoinedStr):
                    yield "".join(
                        str(part.value) if isinstance(part, ast.Constant) else GAP
                        for part in node.values
                    )


def shapes(texts: Iterable[str]) -> list[re.Pattern[str]]:
    """Keys with gaps, such as `status.{answer.status}`; what fills a gap is one word."""
    keys = [text for text in texts if re.fullmatch(rf"([a-z_{GAP}]+\.)*[a-z_{GAP}]+", text)]
    return [
        re.compile(re.escape(key).replace(GAP, "([A-Za-z0-9_-]+)"))
        for key in keys
        if GAP in key[1:] and key[0] != GAP
    ]


def test_no_words_are_kept_that_no_code_can_ask_for():
    said = set(constants())
    patterns = shapes(said)
    words = {*said, *SEVERITY, *catalog(), *CURRENCIES, *company.Scope.model_fields}
    for metric in catalog().values():
        words |= {metric.group, *metric.caveats, *metric.basis}
        words |= {*metric.definitions, *metric.reference}

    def can_be_asked(key: str) -> bool:
        spellings = (key, *(key.removeprefix(f"{part}.") for part in ("ui", "cli", "api", "away")))
        return any(
            spelling in said
            or any(
                words.issuperset(found.groups())
                for pattern in patterns
                if (found := pattern.fullmatch(spelling))
            )
            for spelling in spellings
        )

    idle = {key for language in LANGUAGES for key in texts(language) if not can_be_asked(key)}
    assert idle == set()
