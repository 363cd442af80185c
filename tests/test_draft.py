"""Drafts: what `new` writes is read, with the problems it announces and no other."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import metrics
from metrics import check, draft
from schemas import load, node, words
from schemas.company import Company, Observation
from schemas.metric import Metric
from schemas.source import Source
from tests.folder import catalog
from tests.test_command import run

FILLED = {"en": "Acme", "kind": "press", "publisher": "Gazette", "language": "en",
          "published": "2026-01-31"}  # fmt: skip


def data(folder: Path) -> str:
    return str(folder / "data")


def found(folder: Path) -> set[str]:
    return {each.name for each in check.problems(load.load(folder / "data", catalog()))}


def filled(path: Path) -> None:
    """Fill in what stands empty."""
    text = path.read_text("utf-8")
    for key, value in FILLED.items():
        text = re.sub(rf"^( *{key}:) +#", rf"\1 {value}  #", text, flags=re.MULTILINE)
    path.write_text(text, "utf-8")


def opened(text: str) -> str:
    """Take the comment signs away, as a reader would who wants every key."""
    lines = text.replace("observations: []", "observations:").split("\n")
    return "\n".join(
        re.sub(r"^#( *(- )?[a-zA-Z-]+[a-z0-9_]*:)", r"\1", line) if place > 2 else line
        for place, line in enumerate(lines)
    )


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize(("shape", "kind"), [("company", "companies"), ("source", "sources")])
def test_a_draft_has_the_problems_it_announces_until_it_is_filled_in(
    tmp_path, shape, kind, language
):
    said = run("new", shape, "acme-2025", "--data", data(tmp_path), "--lang", language).output
    path = tmp_path / "data" / kind / "acme-2025.yaml"
    assert str(path) in said
    text = path.read_text("utf-8")
    assert "draft." not in text
    assert found(tmp_path) == set(re.findall(r"\[([a-z-]+)\]", text.split("\n")[2])) != set()
    filled(path)
    # A document that nobody cites yet is told, which is not the draft's doing.
    assert found(tmp_path) <= {"unused-source", "source-unused"}


@pytest.mark.parametrize(
    ("shape", "model"), [("company", Company), ("source", Source)], ids=["company", "source"]
)
def test_every_key_is_there_and_its_example_is_one(tmp_path, shape, model):
    path = draft.write(tmp_path, shape, "acme", "en")
    filled(path)
    root, problems = node.parse(opened(path.read_text("utf-8")).encode(), "draft")
    assert problems == ()
    assert root is not None
    told: Any = node.plain(root)
    told.pop("note", None)
    assert set(told) | {"note"} >= set(model.model_fields)
    if shape == "company":
        told["name"] = {"en": "Acme"}
        assert set(told["observations"][0]) == set(Observation.model_fields)
        told["observations"][0].pop("note")
    assert model.model_validate(told)


def test_a_draft_of_a_metric_is_an_entry_and_its_words(tmp_path):
    said = run("new", "metric", "gross_bookings").output
    entry, *texts = said.split("\n\n")
    path = tmp_path / "metrics" / "catalog.yaml"
    path.parent.mkdir()
    path.write_text(metrics.CATALOG.read_text("utf-8") + "\n" + entry + "\n", "utf-8")
    (tmp_path / "data" / "companies").mkdir(parents=True)
    book = metrics.book(tmp_path / "data", path)
    assert "gross_bookings" in book.catalog
    # The words are announced: until they are there, `check` counts what a language lacks.
    assert {each.name for each in check.problems(book)} == {"word-missing"}
    assert [re.findall(r"schemas/text/(\S+)\.yaml", text)[0] for text in texts] == [
        *words.LANGUAGES
    ]
    keys = set(re.findall(r"^#?  ([a-z_]+):", entry, re.MULTILINE))
    assert keys == set(Metric.model_fields)


def test_nothing_is_ever_written_over(tmp_path):
    path = draft.write(tmp_path / "data", "company", "acme", "en")
    path.write_text("name: {en: Mine}\n", "utf-8")
    said = run("new", "company", "acme", "--data", data(tmp_path), status=2).output
    assert "is there already; nothing was written" in said
    assert path.read_text("utf-8") == "name: {en: Mine}\n"
    assert "runway is there already" in run("new", "metric", "runway", status=2).output


@pytest.mark.parametrize("name", ["../acme", "Acme", "acme_robotics", "", ".acme", "a/b"])
@pytest.mark.parametrize("shape", ["company", "source"])
def test_an_id_that_is_none_writes_nothing(tmp_path, shape, name):
    assert "is no id" in run("new", shape, name, "--data", data(tmp_path), status=2).output
    assert list(tmp_path.iterdir()) == []


def test_a_metric_is_named_in_its_own_way():
    assert "underscores" in run("new", "metric", "gross-bookings", status=2).output


def test_the_schema_an_editor_is_led_to_is_the_one_that_is_printed(tmp_path):
    path = draft.write(tmp_path, "source", "gazette-2026", "en")
    (led,) = re.findall(r"\$schema=(\S+)", path.read_text("utf-8"))
    told = (path.parent / led).resolve().read_text("utf-8")
    assert json.loads(told) == json.loads(run("schema", "source").output)
    assert found(tmp_path.parent / "none") == {"missing-folder"}
