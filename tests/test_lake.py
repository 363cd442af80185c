"""A lake is the book that was written as one, whole or in part, and derives to the same values."""

import json
import sys
from datetime import date
from fractions import Fraction

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import metrics
from benchmarks import make_data
from metrics import batch, claim, derive, lake, part, rank
from metrics.__main__ import main
from metrics.column import Evidence
from metrics.lake import LakeError
from metrics.lens import Lens
from schemas.book import Book
from tests.folder import catalog, make_book, read, write  # noqa: F401 - a fixture

# The made companies publish until late in that year.
LENS = Lens(date(2026, 10, 1), date(2026, 10, 1))
SAME = ("sets", "problems", "rates", "version", "spans", "groups")


def same(first: Book, second: Book) -> bool:
    """Hold two books against each other, all but the folders they were read from."""
    assert [name for name in SAME if getattr(first, name) != getattr(second, name)] == []
    assert dict(first.companies) == dict(second.companies)
    assert dict(first.sources) == dict(second.sources)
    pd.testing.assert_frame_equal(
        first.observations, second.observations, check_categorical=False, check_dtype=False
    )
    kinds = ([str(each) for each in book.observations.dtypes] for book in (first, second))
    assert len(set(map(tuple, kinds))) == 1
    return list(first.companies) == list(second.companies)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Book:
    """Forty made companies, groups and sets among them."""
    root = tmp_path_factory.mktemp("made")
    make_data.make(root / "data", 40, seed=11)
    return read(root / "data")


@pytest.fixture(scope="module")
def of(made, tmp_path_factory):
    """The made companies as a lake of seven buckets, derived."""
    of = lake.write(made, tmp_path_factory.mktemp("lakes") / "made", buckets=7)
    with batch.plain() as engine:
        batch.derive(of, LENS, engine)
    return of


# -- writing and reading ------------------------------------------------------------------------


def test_the_shipped_data_comes_back_as_it_was(shipped, tmp_path):
    lake.write(shipped, tmp_path / "lake")
    found = metrics.book(tmp_path / "lake")
    assert same(shipped, found)
    assert found.folder == tmp_path / "lake"
    assert found.rates == shipped.rates
    assert all(isinstance(each.rate, Fraction) for each in found.rates)


@pytest.mark.parametrize("buckets", [1, 7, 500])
def test_no_number_of_buckets_changes_the_book(made, tmp_path, buckets):
    of = lake.write(made, tmp_path / "lake", buckets)
    assert of.about.buckets == buckets
    assert same(made, of.whole())


def test_an_address_of_a_filesystem_does_as_well_as_a_folder(made, tmp_path):
    lake.write(made, f"file://{tmp_path}/lake", 3)
    assert same(made, metrics.book(f"file://{tmp_path}/lake"))
    assert lake.is_lake(tmp_path / "lake")


def test_problems_travel_with_the_book(make_book, tmp_path):  # noqa: F811
    book = make_book("lab: [{metric: nonsense, value: 5, period: FY2024}]")
    assert book.problems
    of = lake.write(book, tmp_path / "lake")
    assert same(book, of.whole())
    assert part.part(of, ["lab"]).problems == book.problems
    assert part.part(of, []).problems == ()


def test_an_empty_book_is_a_lake_of_nothing(tmp_path):
    book = read(tmp_path / "nowhere")
    of = lake.write(book, tmp_path / "lake")
    assert same(book, of.whole())
    assert batch.derive(of, LENS).derived == 0
    assert batch.ranked(of, "revenue") is None


def test_writing_again_leaves_nothing_of_what_was_there(made, shipped, tmp_path):
    lake.write(shipped, tmp_path / "lake", 3)
    lake.write(made, tmp_path / "lake", 2)
    assert same(made, metrics.book(tmp_path / "lake"))
    assert len(list((tmp_path / "lake" / "companies").iterdir())) == 2


def test_a_folder_of_anything_else_is_left_alone(made, tmp_path):
    (tmp_path / "letters").write_text("dear")
    with pytest.raises(LakeError, match="holds other files"):
        lake.write(made, tmp_path)
    assert (tmp_path / "letters").read_text() == "dear"


def test_what_is_no_folder_cannot_be_written_to(made, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LakeError, match="cannot be written to"):
        lake.write(made, tmp_path / "file" / "lake")


def test_a_lake_of_another_catalogue_is_refused(made, tmp_path):
    lake.write(made, tmp_path / "lake")
    fewer = {name: entry for name, entry in catalog().items() if name != "runway"}
    with pytest.raises(LakeError, match="another version"):
        lake.opened(tmp_path / "lake", fewer)


@pytest.mark.parametrize("where", ["", "nothing", "s4://bucket/lake"])
def test_what_is_no_lake_is_not_opened(tmp_path, where):
    place = where if "://" in where else tmp_path / where
    assert not lake.is_lake(place)
    with pytest.raises(LakeError):
        metrics.opened(place)


# -- parts --------------------------------------------------------------------------------------


def test_a_part_says_of_its_companies_what_the_book_says(made, of):
    for names in (made.singles[:3], made.singles[5:6], [*made.companies][:4]):
        book = part.part(of, names)
        assert book.is_part
        assert book.counts == made.counts
        for name in names:
            assert book.rows([name]) == made.rows([name])
            assert book.companies[name] == made.companies[name]
            assert book.groups_of(name) == made.groups_of(name)
            for row in made.rows([name]):
                assert book.sources[row.source] == made.sources[row.source]
    assert not made.is_part
    assert made.holding(["x"]) is made


def test_only_the_files_of_their_buckets_are_opened(made, of, monkeypatch):
    opened = []
    read_table = pq.read_table

    def noted(path, **rest):
        opened.append(path)
        return read_table(path, **rest)

    monkeypatch.setattr(pq, "read_table", noted)
    # Opened anew, so that nothing is at hand.
    book = part.part(metrics.opened(of.where), [made.singles[9]])
    wanted = {of.bucket(each) for each in book.companies}
    buckets = {path.partition("bucket=")[2][:5] for path in opened if "bucket=" in path}
    assert buckets == {f"{each:05}" for each in wanted}
    assert len(wanted) < of.about.buckets


def test_whoever_is_not_in_a_part_is_known_but_not_listed(made, of):
    here, there = made.singles[0], made.singles[20]
    book = part.part(of, [here])
    assert there in book.companies
    assert there not in list(book.companies)
    assert book.companies[there] == made.companies[there]
    assert len(book.companies) == len(list(book.companies))
    source = made.rows([there])[0].source
    assert source in book.sources
    assert source not in list(book.sources)
    assert len(book.sources) == len(list(book.sources))
    assert "nobody" not in book.companies
    assert "nothing" not in book.sources
    assert None not in book.sources
    everyone = part.Singles(of)
    assert there in everyone
    assert len(everyone) == len(made.singles)
    assert not [name for name, each in made.companies.items() if each.members and name in everyone]
    with pytest.raises(TypeError):
        list(everyone)


def test_two_parts_of_one_lake_are_told_apart(made, of):
    first, second = (part.part(of, [name]) for name in made.singles[:2])
    assert first.version == second.version == made.key
    assert first.key != second.key
    assert first.holding(made.singles[1:2]).key == second.key


def test_those_who_rest_on_a_document_are_found(made, of):
    row = made.rows(made.singles[:1])[0]
    citing = set(made.observations[made.observations["source"] == row.source]["company"])
    assert set(part.resting(of, row.source)) >= citing
    assert part.resting(of, "nothing") == []


def test_a_search_stops_where_it_has_enough(of, monkeypatch):
    monkeypatch.setattr(part, "_HITS", 2)
    assert len(part.search(of, "")) == 2


# -- deriving -----------------------------------------------------------------------------------


def test_a_bucket_derives_to_what_the_whole_book_does(made, of):
    values = pd.concat(
        pq.read_table(of.path("derived", number), partitioning=None).to_pandas()
        for number in range(of.about.buckets)
    )
    evidence = Evidence(made, LENS, made.singles)
    checked = 0
    for metric, entry in made.catalog.items():
        answers = evidence.answer(metric)
        mine = values[values["metric"] == metric].set_index("company")
        for at, name in enumerate(evidence.companies):
            status = answers.status[at]
            if status == "missing" and not entry.is_derived:
                assert name not in mine.index
                continue
            row = mine.loc[name]
            assert row["status"] == status
            assert row["reason"] == answers.reason[at]
            if answers.amount.there[at]:
                checked += 1
                for end in ("low", "high"):
                    number = getattr(answers.amount, end)[at]
                    assert row[end] == number or (pd.isna(row[end]) and abs(number) == float("inf"))
                assert row["low_open"] == answers.amount.low_open[at]
    assert checked > 400


def test_the_inputs_of_a_value_are_those_of_the_plain_arithmetic(made, of):
    for number in range(of.about.buckets):
        for row in pq.read_table(of.path("derived", number), partitioning=None).to_pylist():
            if row["definition"] and row["metric"] in {"runway", "revenue_per_employee"}:
                found = derive.answer(derive.case(made, row["company"], LENS), row["metric"])
                assert set(row["inputs"].split()) == {each.id for each in found.rows}
                assert row["unit"] == found.unit


def test_every_claim_has_the_verdict_that_it_has_alone(made, of):
    expected = {each.row.id: each for each in claim.claims(made, made.singles, LENS)}
    found = [
        row
        for number in range(of.about.buckets)
        for row in pq.read_table(of.path("claims", number), partitioning=None).to_pylist()
    ]
    assert {row["id"]: row["verdict"] for row in found} == {
        name: each.word for name, each in expected.items()
    }
    assert len(found) > 20
    done = batch.done(of)
    assert done
    assert done.claims == len(found) == sum(done.verdicts.values())


def test_a_ranking_is_that_of_the_whole_book(made, of):
    ranked = 0
    for metric in made.catalog:
        whole, found = rank.ranking(made, LENS, metric), batch.ranked(of, metric)
        if found is None:
            assert not whole.placed
            continue
        ranked += 1
        assert found.companies[:] == whole.companies
        assert found.first[:].tolist() == whole.first.tolist()
        assert found.last[3:9].tolist() == whole.last[3:9].tolist()
        assert found.companies[5:5] == ()
        assert (found.placed, found.currency, found.mixed) == (
            whole.placed, whole.currency, whole.mixed,
        )  # fmt: skip
        assert found.counts == whole.counts
    assert ranked > 40


def test_several_processes_write_the_same_files_as_one(made, of, tmp_path):
    again = lake.write(made, tmp_path / "lake", buckets=7)
    told = []
    with batch.plain(2) as engine:
        batch.derive(again, LENS, engine, lambda *each: told.append(each))
    assert told[-1] == (7, 7)
    for number in range(7):
        for table in ("derived", "claims"):
            first, second = (
                pq.ParquetFile(each.path(table, number)).read() for each in (of, again)
            )
            assert first.equals(second)
    assert batch.done(again) == batch.done(of)


def lens_of(of):
    """What a lake was derived as."""
    done = batch.done(of)
    assert done
    return done.lens


def test_what_was_derived_before_the_lake_was_written_again_counts_for_nothing(made, tmp_path):
    of = lake.write(made, tmp_path / "lake")
    assert batch.done(of) is None
    before = lake.state(tmp_path / "lake")
    batch.derive(of, Lens(date(2025, 1, 1), date(2025, 1, 1)))
    assert lens_of(of) == Lens(date(2025, 1, 1), date(2025, 1, 1))
    assert lake.state(tmp_path / "lake") != before
    batch.derive(of, LENS)
    assert lens_of(of) == LENS
    assert batch.done(lake.write(made, tmp_path / "lake")) is None


# -- the command line ---------------------------------------------------------------------------


def run(*arguments, status=0):
    """Run a command and hold it to its exit status; give what it prints."""
    result = CliRunner().invoke(main, [str(each) for each in arguments], prog_name="metrics")
    assert result.exit_code == status, result.output
    return result.output


def test_a_lake_is_written_derived_and_read_by_commands(book_folder, tmp_path):
    where = tmp_path / "lake"
    said = run("export", "lake", where, "--buckets", "2", "--data", book_folder)
    assert said.startswith(f"wrote {where}: companies: 1, observations: 2,")
    assert "values: " in run("derive", where, "--at", "2026-02-01", "--lang", "en")
    told = json.loads(run("derive", where, "--at", "2026-02-01", "--without-claims", "--json"))
    assert (told["at"], told["claims"]) == ("2026-02-01", 0)
    at = ("--at", "2026-02-01")
    from_folder = run("compare", "lab", "--data", book_folder, *at)
    assert run("compare", "lab", "--data", where, *at) == from_folder
    assert run("compare", "lab", "--data", f"file://{where}", *at) == from_folder


@pytest.fixture
def book_folder(tmp_path):
    """A folder of one company with two figures."""
    text = """
    lab:
    - {metric: revenue, value: 10m USD, period: FY2025, as_stated: US$10 million}
    - {metric: revenue, value: 8m USD, period: FY2024, as_stated: US$8 million}
    """
    return write(tmp_path / "data", text)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["export", "lake"], "takes the folder to write"),
        (["export", "lake", "a", "b"], "takes the folder to write"),
        (["export", "lake", "a", "--wide"], "takes the folder to write"),
        (["export", "derived", "--buckets", "2"], "--buckets cuts a lake"),
        (["derive", "nothing"], "is no lake"),
        (["compare", "lab", "--data", "s4://nowhere"], "no filesystem known"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_what_cannot_be_done_with_a_lake_says_why(book_folder, arguments, says):
    data = [] if arguments[0] == "derive" or "--data" in arguments else ["--data", book_folder]
    assert says in run(*arguments, *data, status=2)


def test_a_folder_in_use_is_no_place_for_a_lake(book_folder):
    assert "holds other files" in run(
        "export", "lake", book_folder, "--data", book_folder, status=2
    )


def test_without_spark_the_command_says_how_to_install_it(monkeypatch, tmp_path, made):
    # Wherever Spark is installed, it cannot be found now.
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.delitem(sys.modules, "metrics.spark", raising=False)
    lake.write(made, tmp_path / "lake")
    said = run("derive", tmp_path / "lake", "--engine", "spark", status=2)
    assert "requirements-spark.txt" in said


def test_an_address_that_names_no_lake_is_refused_by_every_command(tmp_path, made):
    lake.write(made, tmp_path / "lake")
    about = json.loads((tmp_path / "lake" / lake.NAME).read_text())
    (tmp_path / "lake" / lake.NAME).write_text(json.dumps(about | {"form": 0}))
    for command in (["check"], ["claims"], ["compare", "x"]):
        assert "another version" in run(*command, "--data", tmp_path / "lake", status=2)
