"""The memo: one file that asks for nothing, in which every figure has its footnote."""

import re
from html.parser import HTMLParser

import pytest

from metrics import compare, memo
from schemas import words
from schemas.book import Book
from tests.folder import LENS, lens

NAMES = ["minimax", "moonshot-ai", "zhipu-ai"]
VOID = {"meta", "line", "rect", "path", "br"}


class Reader(HTMLParser):
    """What a file of HTML is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def made(book: Book, names: list[str] = NAMES, language: str = "en") -> str:
    at = lens("2026-11-22", language=language)
    return memo.memo(book, compare.compare(book, names, at), at).decode()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_memo_runs_nothing_and_asks_for_nothing(shipped, language):
    read = Reader(made(shipped, language=language))
    assert {tag for tag, _ in read.tags} & {"script", "link", "img", "iframe", "form"} == set()
    for tag, told in read.tags:
        assert not {name for name in told if name.startswith("on") or name in {"src", "action"}}
        if "href" in told:
            assert tag == "a"
            assert re.match(r"#n\d+$|https?://", str(told["href"]))
    assert "url(" not in made(shipped, language=language)
    assert "away." not in read.text
    assert ("html", {"lang": language}) in read.tags


def test_each_figure_has_a_footnote_and_each_footnote_stands_once_and_in_order(shipped):
    page = made(shipped)
    table = page[page.index("<table>") : page.index("</table>")]
    cells = re.findall(r"<td>(.*?)</td>", table, flags=re.DOTALL)
    figures = [cell for cell in cells if "<b>" in cell]
    assert len(figures) > 20
    assert all(re.search(r'<sup><a href="#n\d+">\d+</a></sup>', cell) for cell in figures)
    numbers = [int(number) for number in re.findall(r'<li id="n(\d+)"', page)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {int(number) for number in re.findall(r'href="#n(\d+)"', page)} == set(numbers)


def test_a_footnote_gives_the_printed_words_their_place_and_their_source(book):
    """
    sources:
      paper: {publisher: The Paper, title: Results, url: "https://example.org/a?b=1&c=2"}
    lab:
    - {metric: cash_reserves, value: ~1bn USD, as_stated: 約10億美元, period: 2025-09-30,
       source: paper, place: "¶7"}
    """
    page = memo.memo(book, compare.compare(book, ["lab"], LENS), LENS).decode()
    text = Reader(page).text
    assert "約10億美元 = ≈$1B; The Paper, Results, 2025-12-31, ¶7; " in text
    assert 'href="https://example.org/a?b=1&amp;c=2"' in page


def test_a_derived_figure_names_its_formula_and_the_notes_it_is_made_of(book):
    """
    lab:
    - {metric: cash_reserves, value: 100m USD, period: 2025-09-30}
    - {metric: cash_burn_rate, value: 70m CNY/month, period: 9M2025}
    """
    text = Reader(memo.memo(book, compare.compare(book, ["lab"], LENS), LENS).decode()).text
    told = next(line for line in text.split("\n") if "Lab: Runway = " in line)
    assert "cash_reserves / cash_burn_rate; made of notes 1, " in told
    assert re.search(r"1 CNY = 0\.\d+ USD \(mean, 2025-01-02/2025-09-30, ECB", told)


def test_text_from_data_stays_text(make_book):
    book = make_book("""
    sources:
      bad: {title: "<script>alert(1)</script>", publisher: "\\"><img src=x>"}
    lab:
      name: {en: "<b>&amp;</b>"}
      observations:
      - {metric: cash_reserves, value: 1bn USD, period: 2025-09-30, source: bad,
         place: "<i>", period_basis: inferred, because: "<u onclick=x>"}
    """)
    assert book.problems == ()
    read = Reader(memo.memo(book, compare.compare(book, ["lab"], LENS), LENS).decode())
    assert {"script", "img", "i", "u"} & {tag for tag, _ in read.tags} == set()
    for text in ("<script>alert(1)</script>", '"><img src=x>', "<b>&amp;</b>", "<i>"):
        assert text in read.text


def test_claims_stand_with_their_verdicts_and_what_they_imply(shipped):
    text = Reader(made(shipped, ["minimax"])).text
    assert words.say("en", "verdict.unit_check") in text
    assert (
        "By “issuer's own burn” this implies: Cash burn rate (issuer's own) = $276M/month" in text
    )
    assert "cash_burn_rate = " not in text


@pytest.mark.parametrize(
    ("observations", "marks"),
    [
        ("{metric: cash_reserves, value: '>1bn USD', period: 2025-09-30}", ["open", "path"]),
        ("{metric: cash_reserves, value: ~1bn USD, period: 2025-09-30}", ["open", "mark"]),
        ("{metric: cash_reserves, value: 0 USD, period: 2025-09-30}", ["bar"]),
    ],
)
def test_a_bar_is_drawn_with_its_bounds(make_book, observations, marks):
    book = make_book(f"lab: [{observations}]")
    page = memo.memo(book, compare.compare(book, ["lab"], LENS), LENS).decode()
    drawn = page[page.index("<svg") : page.index("</svg>")]
    assert all(f'class="{mark}"' in drawn or f"<{mark}" in drawn for mark in marks)
    numbers = [float(each) for each in re.findall(r' (?:x|x1|x2|width)="([^"]+)"', drawn)]
    assert all(0 <= number <= 450 for number in numbers)


def test_figures_in_several_currencies_are_drawn_in_one(make_book):
    book = make_book("""
    lab: [{metric: cash_reserves, value: 1bn USD, period: 2025-09-30}]
    two: [{metric: cash_reserves, value: 7bn CNY, period: 2025-09-30}]
    """)
    page = memo.memo(book, compare.compare(book, ["lab", "two"], LENS), LENS).decode()
    assert "Lab  $1B" in page
    assert "Two  $983M" in page


def test_a_comparison_with_nothing_in_it_is_a_memo_too(make_book):
    book = make_book("lab: []")
    read = Reader(memo.memo(book, compare.compare(book, ["lab"], LENS), LENS).decode())
    assert words.say("en", "away.title") in read.text
    assert "svg" not in {tag for tag, _ in read.tags}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_memo_fits_a_phone_and_reads_well(browser, shipped, tmp_path, violations, scheme):
    path = tmp_path / "memo.html"
    path.write_text(made(shipped, language="zh-Hant"), encoding="utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url))
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert said == [path.as_uri()]
    context.close()
