"""Documents: what rests on what, what each gives, and who prints the same differently."""

from metrics import lineage
from metrics.lineage import Tie
from tests.folder import LENS, lens

FAMILY = """
sources:
  prospectus: {kind: filing, published: 2025-06-30}
  article: {kind: press, published: 2025-07, title: What the Prospectus Says, author: Ann Li}
  rewrite: {kind: post, published: 2025-08, derived_from: article}
  digest: {kind: press, published: 2025-09, primary_source: prospectus}
lab:
- {metric: revenue, value: 50m USD, period: FY2024, source: article, quotes: prospectus}
- {metric: net_loss, value: 20m USD, period: FY2024, source: article, quotes: prospectus}
- {metric: employee_count, value: 80 people, period: 2025-05-31, source: article}
- {metric: revenue, value: 60m USD, period: FY2024, source: rewrite}
- {metric: revenue, value: ~50m USD, period: FY2024, source: digest}
other:
- {metric: revenue, value: 9m USD, period: FY2024, source: digest}
"""


def test_a_document_gives_its_observations_and_their_companies(make_book):
    found = lineage.shelf(make_book(FAMILY), LENS)
    assert found.figures["article"] == 3
    assert "prospectus" not in found.figures
    assert found.companies["digest"] == ("lab", "other")


def test_quotations_are_counted_and_a_rewrite_is_of_the_whole(make_book):
    found = lineage.shelf(make_book(FAMILY), LENS)
    assert found.ties["article"] == (Tie("article", "prospectus", "quotes", 2),)
    assert found.ties["rewrite"] == (Tie("rewrite", "article", "rewrites"),)
    assert found.ties["digest"] == (Tie("digest", "prospectus", "quotes"),)
    assert found.ties["prospectus"] == ()


def test_a_family_goes_from_the_primary_document_down_to_the_rewrites(make_book):
    found = lineage.shelf(make_book(FAMILY), LENS)
    assert found.roots("rewrite") == found.roots("digest") == ["prospectus"]
    assert [(depth, name) for depth, _, name in found.family("prospectus")] == [
        (0, "prospectus"), (1, "article"), (2, "rewrite"), (1, "digest"),
    ]  # fmt: skip


def test_the_latest_document_comes_first_and_a_month_counts_as_its_last_day(make_book):
    found = lineage.shelf(make_book(FAMILY), LENS)
    order = [name for name in found.sources if name in found.ties and name in FAMILY]
    assert [name for name in order if name in {"digest", "rewrite", "article"}] == [
        "digest", "rewrite", "article",
    ]  # fmt: skip


def test_what_was_not_published_yet_is_not_on_the_shelf(make_book):
    found = lineage.shelf(make_book(FAMILY), lens("2025-08-01"))
    assert set(found.sources) == {"prospectus", "article"}
    assert [name for _, _, name in found.family("prospectus")] == ["prospectus", "article"]


def test_documents_that_rest_on_each_other_end_the_tree(make_book):
    book = make_book("""
    sources:
      one: {derived_from: two}
      two: {derived_from: one}
    lab:
    - {metric: revenue, value: 50m USD, period: FY2024, source: one}
    """)
    found = lineage.shelf(book, LENS)
    assert [name for _, _, name in found.family("one")] == ["one", "two"]
    assert found.roots("one") == []


def test_a_document_is_found_by_its_title_publisher_author_or_id(make_book):
    book = make_book(FAMILY)
    names = list(book.sources)
    assert lineage.found(book, names, " what the PROSPECTUS ") == ["article"]
    assert lineage.found(book, names, "ann li") == ["article"]
    assert set(lineage.found(book, names, "prospectus")) == {"article", "prospectus"}
    assert lineage.found(book, names, "") == names
    assert lineage.found(book, names, "nowhere") == []


def test_rivals_of_a_figure_come_with_how_they_agree(make_book):
    book = make_book(FAMILY)
    rows = [row for row in book.rows(["lab"]) if row.source == "article"]
    beside = dict(zip((row.metric for row in rows), lineage.rivals(book, rows, LENS), strict=True))
    agreed = {other.source: how for other, how in beside["revenue"]}
    assert agreed == {"rewrite": "inconsistent", "digest": "consistent"}
    assert beside["net_loss"] == []


def test_the_shipped_prospectus_is_quoted_by_the_article_figure_by_figure(shipped):
    found = lineage.shelf(shipped, LENS)
    ties = {tie.source: tie for tie in found.resting["minimax-2025-12-prospectus"]}
    tie = ties["neteasehao-2025-12-minimax-ipo"]
    rows = shipped.rows(shipped.companies)
    quoted = [row for row in rows if (row.source, row.quotes) == (tie.source, tie.original)]
    assert (tie.how, tie.figures) == ("quotes", len(quoted))
