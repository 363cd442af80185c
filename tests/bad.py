"""Bad input, a row each: what is written, which problem it is, and on which line.

Three tables: whole files, single observations, and things of a folder that only checking finds.
tests/test_bad.py reads each among good files.
"""

from __future__ import annotations

GOOD: dict[str, str] = {
    "sources/filing.yaml": "{kind: filing, publisher: HKEX, language: en, published: 2025-12-31}",
    "sources/story.yaml": "{kind: press, publisher: Daily, language: en, published: 2025-11-30}",
    "companies/good.yaml": """\
name: {en: Good}
observations:
  - {metric: cash_reserves, value: 2bn USD, as_stated: $2bn, period: 2025-09-30, source: filing, place: p. 1}
  - {metric: revenue, value: 3m USD, as_stated: $3m, period: 9M2025, basis: gross, source: filing, place: p. 2}
""",  # noqa: E501 - lines as authors write them
    "companies/other.yaml": "name: {en: Other}\n",
}

# A field of an observation, written as it would be in a file; without it the observation is right.
OBSERVATION: dict[str, str] = {
    "metric": "cash_reserves",
    "value": "1.1bn USD",
    "as_stated": "11億美元",
    "period": "2025-09-30",
    "source": "filing",
    "place": "p. 3",
}
SHARE = {"metric": "overseas_share", "period": "9M2025"}
FLOW = {"metric": "net_loss", "period": "9M2025"}
PEOPLE = {"metric": "employee_count", "basis": "closing"}

C, S, R, T = "companies/bad.yaml", "sources/bad.yaml", "rates.yaml", "sets.yaml"
_HEAD = "name: {en: Bad}\n"
_SOURCE = {"kind": "press", "publisher": "Daily", "language": "en", "published": "2025-12"}


def source(**changes: str) -> str:
    """Write a source with some keys changed; `-` takes one out."""
    told = {**_SOURCE, **changes}
    return "".join(f"{key}: {value}\n" for key, value in told.items() if value != "-")


_RATE = {
    "base": "USD", "quote": "CNY", "rate": '"7.12"', "as_stated": '"7.12"',
    "period": "2025-09-30", "kind": "closing", "source": "filing", "place": "p. 9",
}  # fmt: skip


def rate(**changes: str) -> str:
    """Write a list of one rate with some keys changed; `-` takes one out."""
    told = {key: value for key, value in {**_RATE, **changes}.items() if value != "-"}
    return "-\n" + "".join(f"  {key}: {value}\n" for key, value in told.items())


# -- whole files: path, content, problem, line --------------------------------------------------

FILES: list[tuple[str, str | bytes, str, int]] = [
    # YAML that is none
    (C, "name: {en: Bad\n", "yaml-syntax", 1),
    (C, "name: [en, Bad\nobservations: []\n", "yaml-syntax", 2),
    (C, _HEAD + "country CN\n", "yaml-syntax", 2),
    (C, _HEAD + "country：CN\n", "yaml-syntax", 2),
    (C, _HEAD + "\tcountry: CN\n", "yaml-syntax", 2),
    (C, _HEAD + "  country: CN\n", "yaml-syntax", 2),
    (C, _HEAD + "aliases: [A, B\n", "yaml-syntax", 2),
    (C, _HEAD + "aliases: [A]]\n", "yaml-syntax", 2),
    (C, _HEAD + 'country: "CN\n', "yaml-syntax", 2),
    (C, _HEAD + "country: 'C'N'\n", "yaml-syntax", 2),
    (C, _HEAD + 'country: "C\\N"\n', "control-character", 2),
    (C, _HEAD + 'country: "\\d"\n', "yaml-syntax", 2),
    (C, _HEAD + "country: @CN\n", "yaml-syntax", 2),
    (C, _HEAD + "country: `CN`\n", "yaml-syntax", 2),
    (C, _HEAD + "country: %CN\n", "yaml-syntax", 2),
    (C, _HEAD + "country: CN: HK\n", "yaml-syntax", 2),
    (C, _HEAD + "- country: CN\n", "yaml-syntax", 2),
    (C, _HEAD + 'country: "CN" HK\n', "yaml-syntax", 2),
    (C, _HEAD + "...\ncountry: CN\n", "yaml-syntax", 3),
    (C, _HEAD + "country: |x\n", "yaml-syntax", 2),
    (S, "kind: press\n publisher: Daily\n", "yaml-syntax", 2),
    (R, "- {base: USD quote: CNY}\n", "yaml-syntax", 1),
    (T, "labs: {name: {en: Labs}, companies: [good}\n", "yaml-syntax", 1),
    # bytes and encodings
    (C, "name: {en: 稀宇}\n".encode("gbk"), "not-utf-8", 1),
    (C, (_HEAD + "aliases: [稀宇]\n").encode("big5"), "not-utf-8", 2),
    (C, (_HEAD + "aliases: [稀宇]\n").encode("gb18030"), "not-utf-8", 2),
    (C, (_HEAD + "aliases: [ソニー]\n").encode("shift_jis"), "not-utf-8", 2),
    (C, (_HEAD + "aliases: [Zürich]\n").encode("latin-1"), "not-utf-8", 2),
    (C, _HEAD.encode("utf-16"), "not-utf-8", 1),
    (C, _HEAD.encode("utf-16-le"), "control-character", 1),
    (C, _HEAD.encode("utf-32"), "not-utf-8", 1),
    (C, b"name: {en: B\xc0\xaf}\n", "not-utf-8", 1),
    (C, b"name: {en: B\xed\xa0\xbd}\n", "not-utf-8", 1),
    (C, _HEAD.encode() + b"aliases: [\xe7\xa8", "not-utf-8", 2),
    (C, b"\x1f\x8b\x08\x00" + b"\x00" * 20, "not-utf-8", 1),
    (C, b"PK\x03\x04" + b"\x14\x00" * 9, "control-character", 1),
    (C, b"\x00" * 4096, "control-character", 1),
    (C, _HEAD + "country: C\0N\n", "control-character", 2),
    (C, _HEAD + "# bell \a\n", "control-character", 2),
    (C, _HEAD + "country: \x1b[31mCN\n", "control-character", 2),
    (C, _HEAD + "country: C\x7fN\n", "control-character", 2),
    (C, _HEAD + "country: C\x85N\n", "control-character", 2),
    (C, _HEAD + "country: C\u2028N\n", "control-character", 2),
    (C, _HEAD + "country: C\ufeffN\n", "control-character", 2),
    (C, _HEAD + 'country: "C\\0N"\n', "control-character", 2),
    (C, _HEAD + 'country: "C\\x08N"\n', "control-character", 2),
    (C, _HEAD + 'country: "C\\u0007N"\n', "control-character", 2),
    # nothing, and too much
    (C, "", "empty-document", 1),
    (C, "\n\n\n", "empty-document", 1),
    (C, "# to be written\n", "empty-document", 1),
    (C, "---\n", "empty-document", 1),
    (C, "\ufeff", "empty-document", 1),
    (S, "...\n", "yaml-syntax", 1),
    (C, "[" * 100_000, "too-deep", 1),
    (C, "{a: " * 100_000, "too-deep", 1),
    (C, "- " * 100_000, "too-deep", 1),
    (C, _HEAD + f"note: {'[' * 13}{']' * 13}\n", "too-deep", 2),
    (C, _HEAD + "aliases:\n" + "- a\n" * 50_000, "too-many-values", 49_999),
    (C, "{" + "a: b, " * 60_000 + "}", "duplicate-key", 1),
    (C, _HEAD + "# " + "x" * (1 << 20), "file-too-large", 0),
    (C, _HEAD + "observations:\n" + "  - {}\n" * 2_000, "missing-field", 3),
    # keys
    (C, _HEAD + "country: CN\ncountry: HK\n", "duplicate-key", 3),
    (C, "name: {en: Bad, en: Good}\n", "duplicate-key", 1),
    (C, _HEAD + '"country": CN\ncountry: HK\n', "duplicate-key", 3),
    (C, _HEAD + '"countr\\u0079": CN\ncountry: HK\n', "duplicate-key", 3),
    (C, _HEAD + "? country\n: CN\n", "yaml-complex-key", 2),
    (C, _HEAD + "[country]: CN\n", "yaml-complex-key", 2),
    (C, _HEAD + "{country: x}: CN\n", "yaml-complex-key", 2),
    (C, _HEAD + "<<: {country: CN}\n", "yaml-merge", 2),
    (C, _HEAD + "countr\u200by: CN\n", "hidden-in-key", 2),
    (C, _HEAD + "country\u00a0: CN\n", "hidden-in-key", 2),
    (C, _HEAD + "country\u3000: CN\n", "hidden-in-key", 2),
    (C, _HEAD + "\u202eyrtnuoc: CN\n", "hidden-in-key", 2),
    (C, _HEAD + "c\u00adountry: CN\n", "hidden-in-key", 2),
    (C, _HEAD + "ｃountry: CN\n", "unknown-field", 2),
    (C, _HEAD + "сountry: CN\n", "unknown-field", 2),  # a Cyrillic с
    (C, _HEAD + "Country: CN\n", "unknown-field", 2),
    (C, _HEAD + "countrry: CN\n", "unknown-field", 2),
    (C, _HEAD + "'': CN\n", "unknown-field", 2),
    (C, _HEAD + "~: CN\n", "unknown-field", 2),
    # tags, anchors, directives, documents
    (C, _HEAD + "country: !!str CN\n", "yaml-tag", 2),
    (C, _HEAD + "country: !secret CN\n", "yaml-tag", 2),
    (C, "!!python/object/apply:os.system [id]\n", "yaml-tag", 1),
    (C, _HEAD + "country: !!binary Q04=\n", "yaml-tag", 2),
    (C, _HEAD + "country: &c CN\n", "yaml-anchor", 2),
    (C, _HEAD + "aliases: &a [*a]\n", "yaml-anchor", 2),
    (C, _HEAD + "country: *c\n", "yaml-alias", 2),
    (C, "%YAML 1.2\n---\n" + _HEAD, "yaml-directive", 1),
    (C, "%TAG ! tag:example.com,2026:\n---\n" + _HEAD, "yaml-directive", 1),
    (C, _HEAD + "---\n" + _HEAD, "yaml-documents", 2),
    # what a file is
    (C, "just words\n", "wrong-value", 1),
    (C, "- name\n- country\n", "wrong-value", 1),
    (C, "12\n", "wrong-value", 1),
    (S, "[press]\n", "wrong-value", 1),
    (R, "base: USD\nquote: CNY\n", "wrong-value", 1),
    (T, "- labs\n", "wrong-value", 1),
    # a company's head
    (C, "country: CN\n", "missing-field", 1),
    (C, "name: Bad\n", "wrong-value", 1),
    (C, "name: {zh-Hans: 坏}\n", "missing-field", 1),
    (C, "name: {en: ''}\n", "wrong-value", 1),
    (C, "name: {en: '   '}\n", "wrong-value", 1),
    (C, "name: {en: Bad, de: Schlecht}\n", "unknown-field", 1),
    (C, 'name: {en: "Bad\\u200bCo"}\n', "wrong-value", 1),
    (C, "name: {en: Bad\u202eoC}\n", "wrong-value", 1),
    (C, f"name: {{en: {'x' * 2001}}}\n", "wrong-value", 1),
    (C, _HEAD + "aliases: Bad Company\n", "wrong-value", 2),
    (C, _HEAD + "aliases: [Bad, [Worse]]\n", "wrong-value", 2),
    (C, _HEAD + "country: China\n", "wrong-value", 2),
    (C, _HEAD + "country: cn\n", "wrong-value", 2),
    (C, _HEAD + "country: ＣＮ\n", "wrong-value", 2),
    (C, _HEAD + "founded: 2021\n", "wrong-value", 2),
    (C, _HEAD + "founded: {value: 2021}\n", "missing-field", 2),
    (C, _HEAD + "founded: {value: long ago, source: filing}\n", "wrong-value", 2),
    (C, _HEAD + "founded: {value: 2021-02-30, source: filing}\n", "wrong-value", 2),
    (C, _HEAD + "founded: {value: 2021, source: nowhere}\n", "unknown-source", 2),
    (C, _HEAD + "fiscal_year_end: 31-12\n", "wrong-value", 2),
    (C, _HEAD + "fiscal_year_end: 02-30\n", "wrong-value", 2),
    (C, _HEAD + "fiscal_year_end: December\n", "wrong-value", 2),
    (C, _HEAD + "members: [good, nobody]\n", "unknown-company", 2),
    (C, _HEAD + "members: [Good Ltd]\n", "wrong-value", 2),
    (C, _HEAD + "members: good\n", "wrong-value", 2),
    (C, _HEAD + "observations: none\n", "wrong-value", 2),
    (C, _HEAD + "observations: {metric: revenue}\n", "wrong-value", 2),
    (C, _HEAD + "observations: [11億美元]\n", "wrong-value", 2),
    (C, _HEAD + "observations:\n  -\n", "wrong-value", 3),
    # names of files
    ("companies/Bad.yaml", _HEAD, "bad-id", 1),
    ("companies/bad company.yaml", _HEAD, "bad-id", 1),
    ("companies/bad_company.yaml", _HEAD, "bad-id", 1),
    ("companies/-bad.yaml", _HEAD, "bad-id", 1),
    ("companies/bаd.yaml", _HEAD, "bad-id", 1),  # a Cyrillic а
    ("companies/ｂａｄ.yaml", _HEAD, "bad-id", 1),
    ("companies/bad\u200b.yaml", _HEAD, "bad-id", 1),
    ("sources/稀宇.yaml", source(), "bad-id", 1),
    ("sources/Bad.yaml", source(), "bad-id", 1),
    ("companies/bad.yml", _HEAD, "stray-file", 0),
    ("sources/bad.pdf", b"%PDF-1.7", "stray-file", 0),
    ("bad.yaml", _HEAD, "stray-file", 0),
    # sources and addresses
    (S, source(kind="-"), "missing-field", 1),
    (S, source(publisher="-"), "missing-field", 1),
    (S, source(language="-"), "missing-field", 1),
    (S, source(published="-"), "missing-field", 1),
    (S, source(kind="blog"), "wrong-value", 1),
    (S, source(kind="Press"), "wrong-value", 1),
    (S, source(publisher="''"), "wrong-value", 2),
    (S, source(publisher="[Daily]"), "wrong-value", 2),
    (S, source(language="Chinese"), "wrong-value", 3),
    (S, source(language="zh_Hant"), "wrong-value", 3),
    (S, source(language="EN"), "wrong-value", 3),
    (S, source(published="2025-13"), "wrong-value", 4),
    (S, source(published="2025-1-2"), "wrong-value", 4),
    (S, source(published="21/12/2025"), "wrong-value", 4),
    (S, source(published="2025年12月"), "wrong-value", 4),
    (S, source(published="２０２５-12"), "wrong-value", 4),
    (S, source(published="yesterday"), "wrong-value", 4),
    (S, source(published="1700"), "wrong-value", 4),
    (S, source(published="2025-12-21T10:00"), "wrong-value", 4),
    (S, source(published_basis="inferred"), "because-missing", 5),
    (S, source(published_basis="guessed"), "wrong-value", 5),
    (S, source(url="example.com/a"), "wrong-value", 5),
    (S, source(url="ftp://example.com/a"), "wrong-value", 5),
    (S, source(url="javascript:alert(1)"), "wrong-value", 5),
    (S, source(url="data:text/html,x"), "wrong-value", 5),
    (S, source(url="file:///etc/passwd"), "wrong-value", 5),
    (S, source(url="http://"), "wrong-value", 5),
    (S, source(url="https://example.com/a b"), "wrong-value", 5),
    (S, source(url="https://user:word@example.com/"), "wrong-value", 5),
    (S, source(url="https://example.com\\@evil.example/"), "wrong-value", 5),
    (S, source(url='"https://example.com/\\u202e"'), "wrong-value", 5),
    (S, source(url='"https://example.com/<script>"'), "wrong-value", 5),
    (S, source(url="HTTPS://EXAMPLE.COM"), "wrong-value", 5),
    (S, source(accessed="2026-01"), "wrong-value", 5),
    (S, source(accessed="today"), "wrong-value", 5),
    (S, source(sha256="abc"), "wrong-value", 5),
    (S, source(sha256="A" * 64), "wrong-value", 5),
    (S, source(primary_source="prospectus"), "unknown-source", 5),
    (S, source(derived_from="stori"), "unknown-source", 5),
    (S, source(derived_from="bad"), "source-circle", 5),
    (S, source(derived_from="Some Story"), "wrong-value", 5),
    (S, source(archive="here"), "unknown-field", 5),
    (S, source(date="2025"), "unknown-field", 5),
    # rates
    (R, rate(base="usd"), "wrong-value", 2),
    (R, rate(base="Dollar"), "wrong-value", 2),
    (R, rate(quote="USD"), "wrong-value", 2),
    (R, rate(quote="XYZ"), "wrong-value", 3),
    (R, rate(rate="0"), "wrong-value", 4),
    (R, rate(rate='"-7.12"'), "wrong-value", 4),
    (R, rate(rate="7,12"), "wrong-value", 4),
    (R, rate(rate="7.12e0"), "wrong-value", 4),
    (R, rate(rate="NaN"), "wrong-value", 4),
    (R, rate(rate="７.12"), "wrong-value", 4),
    (R, rate(rate="1_000"), "wrong-value", 4),
    (R, rate(rate='"71.2"'), "double-entry", 4),
    (R, rate(as_stated="about seven"), "not-a-figure", 5),
    (R, rate(as_stated="7.12 USD"), "double-entry", 4),
    (R, rate(period="2025-9-30"), "wrong-value", 6),
    (R, rate(period="9M2025"), "wrong-value", 6),
    (R, rate(kind="mean"), "wrong-value", 6),
    (R, rate(kind="spot"), "wrong-value", 7),
    (R, rate(source="nowhere"), "unknown-source", 8),
    (R, rate(place="-"), "missing-field", 2),
    (R, rate(note="''"), "wrong-value", 10),
    (R, rate(pair="USDCNY"), "unknown-field", 10),
    (R, rate() + rate(place="p. 11"), "repeated-rate", 11),
    (R, "- 7.12\n", "wrong-value", 1),
    # sets
    (T, "labs: good\n", "wrong-value", 1),
    (T, "labs: {companies: [good]}\n", "missing-field", 1),
    (T, "labs: {name: {en: Labs}}\n", "missing-field", 1),
    (T, "labs:\n  name: {en: Labs}\n  companies: [good, goood]\n", "unknown-company", 3),
    (T, "labs:\n  name: {en: Labs}\n  companies: good\n", "wrong-value", 3),
    (T, "labs:\n  name: {en: Labs}\n  companies: [good]\n  watch: yes\n", "wrong-value", 4),
    (T, "labs:\n  name: {en: Labs}\n  companies: [good]\n  watch: 1\n", "wrong-value", 4),
    (T, "labs:\n  name: {en: Labs}\n  companies: [good]\n  notes: {other: x}\n", "wrong-value", 2),
    (T, "labs:\n  name: {en: Labs}\n  companies: [good]\n  peers: []\n", "unknown-field", 4),
]  # fmt: skip

# -- observations: what is changed, the key on whose line it is told, the problem ---------------

OBSERVED: list[tuple[dict[str, str], str, str]] = [
    # two writings that do not agree
    ({"value": "11bn USD"}, "value", "double-entry"),
    ({"value": "110m USD"}, "value", "double-entry"),
    ({"value": "1.1bn CNY"}, "value", "double-entry"),
    ({"value": "~1.1bn USD"}, "value", "double-entry"),
    ({"value": '">1.1bn USD"'}, "value", "double-entry"),
    ({"as_stated": "約11億美元"}, "value", "double-entry"),
    ({"as_stated": "11亿港元"}, "value", "double-entry"),
    ({"as_stated": "11至12億美元"}, "value", "double-entry"),
    ({"as_stated": "-11億美元"}, "value", "double-entry"),
    ({"as_stated": "11兆美元"}, "value", "double-entry"),
    ({"as_stated": "1.1百萬美元"}, "value", "double-entry"),
    ({"as_stated": "11%"}, "value", "double-entry"),
    ({**SHARE, "value": "70%", "as_stated": "七成五"}, "value", "double-entry"),
    ({**SHARE, "value": "0.7", "as_stated": "70%"}, "value", "double-entry"),
    ({**PEOPLE, "value": "385 people", "as_stated": "385萬人"}, "value", "double-entry"),
    ({"also": "{value: 78bn CNY, as_stated: 78億元}"}, "also", "double-entry"),
    # units
    ({"as_stated": "11億"}, "as_stated", "unit-not-printed"),
    ({"value": "1.1bn"}, "value", "double-entry"),
    ({"value": "1.1bn", "as_stated": "11億"}, "value", "unit-mismatch"),
    ({"value": "385 people", "as_stated": "385人"}, "value", "unit-mismatch"),
    ({"value": "50%", "as_stated": "50%"}, "value", "unit-mismatch"),
    ({"value": "34x", "as_stated": "34倍"}, "value", "unit-mismatch"),
    ({**FLOW, "value": "1bn USD/month", "as_stated": "每月10億美元"}, "value", "unit-mismatch"),
    ({**SHARE, "value": "5 pp", "as_stated": "5个百分点"}, "value", "unit-mismatch"),
    ({**PEOPLE, "value": "3m users", "as_stated": "300万用户"}, "value", "unit-mismatch"),
    ({"value": "3m users", "as_stated": "300万用户", "against": "{company: good}"},
     "value", "unit-mismatch"),
    # numbers and how they are spelled
    ({"value": "a lot"}, "value", "not-a-figure"),
    ({"value": "null"}, "value", "not-a-figure"),
    ({"value": "~"}, "value", "not-a-figure"),
    ({"value": "yes"}, "value", "not-a-figure"),
    ({"value": "NaN USD"}, "value", "not-a-figure"),
    ({"value": "inf USD"}, "value", "not-a-figure"),
    ({"value": "1.1e9 USD"}, "value", "not-a-figure"),
    ({"value": "0x41 USD"}, "value", "not-a-figure"),
    ({"value": "1_100_000_000 USD"}, "value", "not-a-figure"),
    ({"value": "1.100.000.000 USD"}, "value", "not-a-figure"),
    ({"value": "1,1 bn USD"}, "value", "not-a-figure"),
    ({"value": "1,23,456 USD"}, "value", "not-a-figure"),
    ({"value": "٣ USD"}, "value", "not-a-figure"),
    ({"value": "USD"}, "value", "not-a-figure"),
    ({"value": "9" * 31 + " USD"}, "value", "not-a-figure"),
    ({"value": "1234567890123456789 USD"}, "value", "not-a-figure"),
    ({"value": "1" + " " * 1990 + "bn USD"}, "value", "double-entry"),
    ({"value": "2bn..1bn USD"}, "value", "not-a-figure"),
    ({"value": "1/0"}, "value", "not-a-figure"),
    ({"value": "[1.1bn USD]"}, "value", "wrong-value"),
    ({"value": "{amount: 11}"}, "value", "wrong-value"),
    ({"value": "''"}, "value", "wrong-value"),
    ({"as_stated": "大幅下滑"}, "as_stated", "not-a-figure"),
    ({"as_stated": "零一萬物"}, "as_stated", "not-a-figure"),
    ({"as_stated": "2025年"}, "as_stated", "not-a-figure"),
    ({"as_stated": "第一"}, "as_stated", "not-a-figure"),
    ({"as_stated": "11億美元或12億美元"}, "as_stated", "several-figures"),
    ({"as_stated": "11億美元(78億元人民幣)"}, "as_stated", "several-figures"),
    ({"value": "1.1bn USD, 7.8bn CNY"}, "value", "several-figures"),
    ({"as_stated": '"11億\\u200b美元"'}, "as_stated", "wrong-value"),
    # what is possible
    ({"value": "-1.1bn USD", "as_stated": "-11億美元"}, "value", "out-of-bounds"),
    ({**SHARE, "value": "170%", "as_stated": "170%"}, "value", "out-of-bounds"),
    ({**SHARE, "value": '">100%"', "as_stated": "超過100%"}, "value", "out-of-bounds"),
    ({**PEOPLE, "value": "-5 people", "as_stated": "-5人"}, "value", "out-of-bounds"),
    # periods
    ({"period": "2025-9-30"}, "period", "wrong-value"),
    ({"period": "2025-09-31"}, "period", "wrong-value"),
    ({"period": "2025-02-29"}, "period", "wrong-value"),
    ({"period": "30.09.2025"}, "period", "wrong-value"),
    ({"period": "20250930"}, "period", "wrong-value"),
    ({"period": "2025-09-30T00:00:00Z"}, "period", "wrong-value"),
    ({"period": "2025-W39"}, "period", "wrong-value"),
    ({"period": "Q3-2025"}, "period", "wrong-value"),
    ({"period": "FY25"}, "period", "wrong-value"),
    ({"period": "13M2025"}, "period", "wrong-value"),
    ({"period": "2025-09-30/2025-01-01"}, "period", "wrong-value"),
    ({"period": "1799-12-31"}, "period", "wrong-value"),
    ({"period": "2200-01-01"}, "period", "wrong-value"),
    ({"period": "２０２５-09-30"}, "period", "wrong-value"),
    ({"period": "2025年9月30日"}, "period", "wrong-value"),
    ({"period": "[2025-01-01, 2025-09-30]"}, "period", "wrong-value"),
    ({"period": "9M2025"}, "period", "period-type"),
    ({"period": "2025"}, "period", "period-type"),
    ({**FLOW, "period": "2025-09-30"}, "period", "period-type"),
    # bases, definitions, kinds, ranks
    ({"metric": "revenue", "period": "9M2025"}, "-", "basis-missing"),
    ({"metric": "revenue", "period": "9M2025", "basis": "audited"}, "basis", "basis-unknown"),
    ({"basis": "gross"}, "basis", "basis-unknown"),
    ({"basis": "Gross"}, "basis", "wrong-value"),
    ({"metric": "runway", "value": "50 months", "as_stated": "50個月", "by": "burn"},
     "by", "unknown-definition"),
    ({"by": "anything"}, "by", "unknown-definition"),
    ({"kind": "guess"}, "kind", "wrong-value"),
    ({"kind": "Actual"}, "kind", "wrong-value"),
    ({"rank": "first"}, "rank", "wrong-value"),
    ({"rank": "preferred"}, "rank", "because-missing"),
    ({"unit_basis": "inferred"}, "unit_basis", "because-missing"),
    ({"period_basis": "inferred"}, "period_basis", "because-missing"),
    ({"period_basis": "inferred", "because": "''"}, "because", "wrong-value"),
    ({"period_basis": "assumed"}, "period_basis", "wrong-value"),
    # names, ids and characters that look alike
    ({"metric": "cash_reserve"}, "metric", "unknown-metric"),
    ({"metric": "cash"}, "metric", "unknown-metric"),
    ({"metric": "Cash Reserves"}, "metric", "wrong-value"),
    ({"metric": "cash-reserves"}, "metric", "wrong-value"),
    ({"metric": "саsh_reserves"}, "metric", "wrong-value"),  # Cyrillic с and а
    ({"metric": "ｃash_reserves"}, "metric", "wrong-value"),
    ({"metric": '"cash\\u200b_reserves"'}, "metric", "wrong-value"),
    ({"metric": "現金儲備"}, "metric", "wrong-value"),
    ({"source": "fillng"}, "-", "unknown-source"),
    ({"source": "Filing"}, "source", "wrong-value"),
    ({"source": "fіling"}, "source", "wrong-value"),  # a Ukrainian і
    ({"source": "../sources/filing"}, "source", "wrong-value"),
    ({"source": "filing.yaml"}, "source", "wrong-value"),
    ({"source": "[filing]"}, "source", "wrong-value"),
    ({"quotes": "prospectus"}, "-", "unknown-source"),
    ({"value": "34x", "as_stated": "34倍", "against": "{company: goood}"}, "-", "unknown-company"),
    ({"against": "good"}, "against", "wrong-value"),
    ({"against": "{firm: good}"}, "against", "unknown-field"),
    ({"scope": "AI"}, "scope", "wrong-value"),
    ({"scope": "{}"}, "scope", "wrong-value"),
    ({"scope": "{segment: AI, region: US}"}, "scope", "wrong-value"),
    ({"scope": "{sector: AI}"}, "scope", "unknown-field"),
    ({"scope": "{segment: ''}"}, "scope", "wrong-value"),
    ({"also": "7.8bn CNY"}, "also", "wrong-value"),
    ({"also": "{value: 7.8bn CNY}"}, "also", "missing-field"),
    ({"also": "{value: 7.8bn CNY, as_stated: 78億}"}, "also", "unit-not-printed"),
    # keys
    ({"metric": "-"}, "-", "missing-field"),
    ({"value": "-"}, "-", "missing-field"),
    ({"as_stated": "-"}, "-", "missing-field"),
    ({"period": "-"}, "-", "missing-field"),
    ({"source": "-"}, "-", "missing-field"),
    ({"place": "-"}, "-", "missing-field"),
    ({"place": "''"}, "place", "wrong-value"),
    ({"place": "' \t '"}, "place", "wrong-value"),
    ({"place": "\u3000"}, "place", "wrong-value"),
    ({"place": '"p. \\u202e3"'}, "place", "wrong-value"),
    ({"as_printed": "11億美元"}, "as_printed", "unknown-field"),
    ({"unit": "USD"}, "unit", "unknown-field"),
    ({"Note": "x"}, "Note", "unknown-field"),
    ({"note": "''"}, "note", "wrong-value"),
    ({"note": "x" * 2001}, "note", "wrong-value"),
    ({"note": "[a, b]"}, "note", "wrong-value"),
]  # fmt: skip

# -- the catalogue: its text, the problem, the line (0: the catalogue as a whole) ----------------

M = "cash: {unit: money, period: instant, group: cash}\n"
_FLOWS = M + "loss: {unit: money, period: duration, group: cash}\n"


def defined(formula: str, unit: str = "money", period: str = "instant") -> str:
    """Write a catalogue with one derived metric on its third line."""
    return f"{_FLOWS}made: {{unit: {unit}, period: {period}, group: cash, definitions: {{d: '{formula}'}}}}\n"  # noqa: E501


CATALOG: list[tuple[str, str, int]] = [
    (M + "bad: {unit: gold, period: instant, group: cash}\n", "wrong-value", 2),
    (M + "bad: {unit: '', period: instant, group: cash}\n", "wrong-value", 2),
    (M + "bad: {unit: money/, period: instant, group: cash}\n", "wrong-value", 2),
    (M + "bad: {unit: money, period: monthly, group: cash}\n", "wrong-value", 2),
    (M + "bad: {unit: money, group: cash}\n", "missing-field", 2),
    (M + "bad: {unit: money, period: instant, group: Cash}\n", "wrong-value", 2),
    (M + "bad: {unit: money, period: instant, group: cash, bounds: {low: 0.5}}\n",
     "wrong-value", 2),
    (M + "bad: {unit: money, period: instant, group: cash, bounds: {low: 2, high: 1}}\n",
     "wrong-value", 2),
    (M + "bad: {unit: money, period: instant, group: cash, bounds: {low: NaN}}\n",
     "wrong-value", 2),
    (M + "bad: {unit: money, period: instant, group: cash, shelf_life: a year}\n",
     "wrong-value", 2),
    (M + "bad: {unit: money, period: instant, group: cash, better: more}\n", "wrong-value", 2),
    (M + "bad: {unit: money, period: instant, group: cash, labels: {}}\n", "unknown-field", 2),
    (M + "bad: {unit: money, period: instant, group: cash, proxies: [x]}\n", "wrong-value", 2),
    (M + "bad: {unit: money, period: instant, group: cash, at_most: [cahs]}\n",
     "unknown-metric", 2),
    (M + "bad: {unit: people, period: instant, group: cash, at_most: [cash]}\n",
     "wrong-value", 2),
    (M + "bad: {unit: money, period: instant, group: cash, basis_at_most: {net: gross}}\n",
     "wrong-value", 2),
    (M + "bad: [money]\n", "wrong-value", 2),
    (M + M, "duplicate-key", 2),
    (defined("cash +"), "formula-syntax", 0),
    (defined(""), "wrong-value", 3),
    (defined("cash ** 2"), "formula-syntax", 0),
    (defined("max(cash, loss)"), "formula-syntax", 0),
    (defined("monthly(cash, loss)"), "formula-syntax", 0),
    (defined("__import__(os)"), "formula-syntax", 0),
    (defined("cash.real"), "formula-syntax", 0),
    (defined("cash * 1e400"), "formula-syntax", 0),
    (defined("cash * 0x10"), "formula-syntax", 0),
    (defined("-cash"), "formula-syntax", 0),
    (defined("cash" + " + cash" * 40), "formula-syntax", 0),
    (defined("現金"), "formula-syntax", 0),
    (defined("cash - loses"), "formula-name", 0),
    (defined("cash + 1"), "formula-unit", 0),
    (defined("cash / loss"), "formula-unit", 0),
    (defined("monthly(cash)"), "formula-unit", 0),
    (defined("cash / monthly(loss)", "people"), "formula-unit", 0),
    (defined("cash - made"), "formula-circle", 0),
    (_FLOWS + "".join(
        f"m{n}: {{unit: money, period: instant, group: cash, definitions: {{d: {of}}}}}\n"
        for n, of in enumerate(["cash", *(f"m{n}" for n in range(60))])
    ), "formula-too-deep", 0),
]  # fmt: skip

# -- what checking finds: files, the problem, its file and line ---------------------------------


def company(*observations: str) -> str:
    """Write a company with observations from the third line on."""
    return _HEAD + "observations:\n" + "".join(f"  - {{{each}}}\n" for each in observations)


_CASH = "metric: cash_reserves, period: 2025-09-30"
_SALES = "metric: revenue, basis: gross, source: filing"
_PAIR = ("value: 1.102bn USD, as_stated: $1.102bn", "value: 1.046bn USD, as_stated: $1.046bn")

FOUND: list[tuple[dict[str, str], str, str, int]] = [
    ({C: company(f"{_CASH}, {_PAIR[0]}, source: filing, place: p. 1",
                 f"{_CASH}, {_PAIR[0]}, source: filing, place: p. 1")},
     "repeated-observation", C, 4),
    ({C: company(f"{_CASH}, {_PAIR[0]}, source: filing, place: p. 1",
                 f"{_CASH}, {_PAIR[1]}, source: story, place: p. 1")},
     "rivals-disagree", C, 4),
    ({C: company("metric: cash_reserves, value: 1bn USD, as_stated: $1bn, period: 2025-12-31,"
                 " source: story, place: p. 1")},
     "published-before-period", C, 3),
    ({S: source(derived_from="story"),
      C: company(f"{_CASH}, {_PAIR[0]}, source: story, place: p. 1",
                 f"{_CASH}, value: 1.1bn USD, as_stated: $1.1bn, source: bad, place: p. 1")},
     "rewrite-differs", C, 4),
    ({C: company(f"{_CASH}, value: 53m USD, as_stated: $53m, source: filing, place: p. 1,"
                 " also: {value: 3.8bn CNY, as_stated: 38亿元}")},
     "currencies-disagree", C, 3),
    ({R: rate(rate='"6.9"', as_stated='"6.9"')}, "rate-differs", R, 2),
    ({"companies/bad+good.yaml": "name: {en: Both}\nmembers: [bad, good]\n"
      "observations:\n  - {metric: revenue, basis: gross, value: 9m USD, as_stated: $9m,"
      " period: 9M2025, source: filing, place: p. 5}\n",
      C: company(f"{_SALES}, value: 1m USD, as_stated: $1m, period: 9M2025, place: p. 1")},
     "joint-disagrees", "companies/bad+good.yaml", 4),
    ({C: company(f"{_SALES}, value: 20m USD, as_stated: $20m, period: 2025-Q1, place: p. 1",
                 f"{_SALES}, value: 25m USD, as_stated: $25m, period: 2025-Q2, place: p. 1",
                 f"{_SALES}, value: 54m USD, as_stated: $54m, period: H1-2025, place: p. 2")},
     "parts-disagree", C, 5),
    ({C: company("metric: dau, value: 30m users, as_stated: 3000萬用戶, period: 2025-09-30,"
                 " source: filing, place: p. 3",
                 "metric: mau, value: 12m users, as_stated: 1200萬用戶, period: 2025-09-30,"
                 " source: filing, place: p. 3")},
     "implausible-order", C, 3),
    ({C: company(f"{_SALES}, value: 30m USD, as_stated: $30m, period: FY2023, place: p. 3",
                 f"{_SALES}, value: 53bn USD, as_stated: $53bn, period: FY2024, place: p. 3")},
     "implausible-step", C, 4),
    ({C: company("metric: cash_reserves, value: 1bn USD, as_stated: $1bn, period: 2021-12-31,"
                 " source: filing, place: p. 1")},
     "stale-figures", C, 0),
    ({"sources/a.yaml": source(derived_from="bad"), S: source(primary_source="a")},
     "source-circle", "sources/a.yaml", 5),
]  # fmt: skip

# The same, for what only a strict check tells.
OPEN: list[tuple[dict[str, str], str, str, int]] = [
    ({S: source()}, "source-unaddressed", S, 0),
    ({S: source(published="2025", url="https://example.com/")}, "source-undated", S, 0),
    ({S: source(published="2025-12-01", published_basis="inferred", because="its address",
                sha256="0" * 64)}, "source-undated", S, 0),
    ({C: company(f"{_CASH}, value: 1bn USD, as_stated: 10億, unit_basis: inferred,"
                 " because: in dollars throughout, source: filing, place: p. 1")},
     "figure-inferred", C, 3),
    ({C: company(f"{_CASH}, value: 1bn USD, as_stated: $1bn, period_basis: inferred,"
                 " because: the last balance sheet, source: filing, place: p. 1")},
     "figure-inferred", C, 3),
    ({C: company("metric: revenue, basis: unknown, value: 1bn USD, as_stated: $1bn,"
                 " period: 9M2025, source: filing, place: p. 1")},
     "basis-open", C, 3),
]  # fmt: skip
