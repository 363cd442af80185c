"""What a company's file may say, and what an observation must."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.company import WHOLE, Company, Names, Observation
from schemas.model import Shape

TOLD = {
    "metric": "cash_reserves",
    "value": "1.1bn USD",
    "as_stated": "11億美元",
    "period": "2025-09-30",
    "source": "minimax-2025-12-prospectus",
    "place": "p. 12",
}


def faults(model: type[Shape], data: object) -> list[tuple[str, str]]:
    try:
        model.model_validate(data)
    except ValidationError as error:
        return [(each["type"], ".".join(map(str, each["loc"]))) for each in error.errors()]
    return []


def observed(**changes: object) -> list[tuple[str, str]]:
    told = {key: each for key, each in {**TOLD, **changes}.items() if each is not None}
    return faults(Observation, told)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"unit_basis": "inferred", "because": "no currency printed; USD in the text"},
        {"period_basis": "inferred", "because": "the prospectus's balance sheet date"},
        {"rank": "preferred", "because": "corrected later"},
        {"rank": "deprecated", "because": "withdrawn"},
        {"scope": {"segment": "open platform"}},
        {"scope": {"people": "early members"}},
        {"kind": "target", "note": "a wish"},
        {"basis": "gross", "by": "issuer_burn", "quotes": "minimax-2025-12-prospectus"},
        {"against": {"company": "openai"}},
        {"against": {"metric": "revenue"}},
        {"against": {"company": "openai", "metric": "revenue"}},
        {"also": {"value": "7.7bn CNY", "as_stated": "77億元人民幣"}},
    ],
)
def test_an_observation_says_what_was_printed_and_where(changes):
    assert observed(**changes) == []


@pytest.mark.parametrize(
    ("changes", "fault", "key"),
    [
        *(({key: None}, "missing", key) for key in TOLD),
        ({"unit_basis": "inferred"}, "because-missing", ""),
        ({"period_basis": "inferred"}, "because-missing", ""),
        ({"rank": "preferred"}, "because-missing", ""),
        ({"rank": "deprecated"}, "because-missing", ""),
        ({"period_basis": "guessed"}, "literal_error", "period_basis"),
        ({"kind": "estimate"}, "literal_error", "kind"),
        ({"rank": "high"}, "literal_error", "rank"),
        ({"scope": {}}, "wrong-value", "scope"),
        ({"scope": {"product": "Talkie", "region": "US"}}, "wrong-value", "scope"),
        ({"scope": {"team": "x"}}, "extra_forbidden", "scope.team"),
        ({"scope": "Talkie"}, "model_type", "scope"),
        ({"against": {"year": "2024"}}, "extra_forbidden", "against.year"),
        ({"also": {"value": "7.7bn CNY"}}, "missing", "also.as_stated"),
        ({"metric": "Cash"}, "wrong-value", "metric"),
        ({"source": "The prospectus"}, "wrong-value", "source"),
        ({"quotes": "The prospectus"}, "wrong-value", "quotes"),
        ({"place": " "}, "wrong-value", "place"),
        ({"value": ["1.1bn USD"]}, "string_type", "value"),
        ({"page": "12"}, "extra_forbidden", "page"),
    ],
)
def test_a_slip_in_an_observation_is_named_with_its_key(changes, fault, key):
    assert observed(**changes) == [(fault, key)]


@pytest.mark.parametrize(
    ("basis", "args"),
    [
        ({"unit_basis": "inferred"}, {"field": "unit_basis", "value": "inferred"}),
        ({"period_basis": "inferred"}, {"field": "period_basis", "value": "inferred"}),
        ({"rank": "deprecated"}, {"field": "rank", "value": "deprecated"}),
    ],
)
def test_a_choice_that_needs_a_reason_is_named(basis, args):
    with pytest.raises(ValidationError) as caught:
        Observation.model_validate({**TOLD, **basis})
    assert caught.value.errors()[0]["ctx"] == args


@pytest.mark.parametrize(
    ("scope", "extent"),
    [
        (None, WHOLE),
        ({"product": "Talkie"}, "product: Talkie"),
        ({"region": "overseas"}, "region: overseas"),
    ],
)
def test_without_a_scope_the_whole_company_is_meant(scope, extent):
    assert Observation.model_validate({**TOLD, "scope": scope}).extent == extent


@pytest.mark.parametrize(
    ("names", "language", "name"),
    [
        ({"en": "MiniMax", "zh-Hans": "稀宇科技"}, "zh-Hans", "稀宇科技"),
        ({"en": "MiniMax", "zh-Hans": "稀宇科技"}, "zh-Hant", "MiniMax"),
        ({"en": "MiniMax", "zh-Hant": "稀宇科技"}, "zh-Hant", "稀宇科技"),
        ({"en": "MiniMax", "zh-Hant": "稀宇科技"}, "en", "MiniMax"),
        ({"en": "MiniMax"}, "fr", "MiniMax"),
    ],
)
def test_english_stands_in_for_a_name_that_is_not_known(names, language, name):
    assert Names.model_validate(names).in_language(language) == name


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ({"name": {"en": "MiniMax"}}, []),
        (
            {
                "name": {"en": "MiniMax"}, "aliases": ["海螺AI"], "country": "CN",
                "founded": {"value": "2021-12", "source": "prospectus", "place": "p. 1"},
                "lei": "5493001KJTIIGC8Y1R12", "hkex": "00100", "cik": "0001318605",
                "wikidata": "Q1", "fiscal_year_end": "03-31", "members": ["a", "b"],
            },
            [],
        ),
        ({}, [("missing", "name")]),
        ({"name": "MiniMax"}, [("model_type", "name")]),
        ({"name": {"zh-Hans": "稀宇科技"}}, [("missing", "name.en")]),
        ({"name": {"en": "MiniMax", "zh_hans": "x"}}, [("extra_forbidden", "name.zh_hans")]),
        ({"name": {"en": "A"}, "country": "China"}, [("wrong-value", "country")]),
        ({"name": {"en": "A"}, "fiscal_year_end": "31-12"}, [("wrong-value", "fiscal_year_end")]),
        ({"name": {"en": "A"}, "founded": {"value": "2022"}}, [("missing", "founded.source")]),
        (
            {"name": {"en": "A"}, "founded": {"value": "long ago", "source": "a"}},
            [("wrong-value", "founded.value")],
        ),
        ({"name": {"en": "A"}, "members": ["Moonshot AI"]}, [("wrong-value", "members.0")]),
        ({"name": {"en": "A"}, "aliases": "海螺AI"}, [("tuple_type", "aliases")]),
    ],
)  # fmt: skip
def test_a_company_has_a_name_and_may_have_more(head, expected):
    assert faults(Company, head) == expected


def test_a_company_without_a_fiscal_year_of_its_own_keeps_the_calendar_year():
    assert Company.model_validate({"name": {"en": "A"}}).fiscal_year_end == "12-31"
