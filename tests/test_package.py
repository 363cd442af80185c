"""The data package: all tables, a description of them, and a stranger's tool that agrees."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from metrics import export, package, writer
from schemas.book import Book
from tests.folder import lens

FRICTIONLESS = shutil.which("frictionless", path=Path(sys.executable).parent)
NAMES = ["minimax", "zhipu-ai"]


def zipped(book: Book, language: str = "en", currency: str = "") -> bytes:
    at = lens("2026-11-22", language=language, currency=currency)
    return package.zipped(package.files(book, at, NAMES, {"runway": "net_loss"}))


def opened(data: bytes) -> tuple[dict[str, bytes], dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    return parts, json.loads(parts[package.NAME])


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_the_standards_own_tool_finds_every_table_valid(shipped, tmp_path, language):
    if FRICTIONLESS is None:
        if os.environ.get("CI"):
            pytest.fail("there is no frictionless command")
        pytest.skip("there is no frictionless command")
    path = tmp_path / "package.zip"
    path.write_bytes(zipped(shipped, language=language, currency="USD"))
    done = subprocess.run(
        [FRICTIONLESS, "validate", "--json", path], capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    assert report["valid"], done.stdout[-3000:]
    assert [task["name"] for task in report["tasks"]] == list(export.TABLES)
    assert all(task["stats"]["rows"] > 5 for task in report["tasks"])


def test_the_description_says_what_is_there_and_how_it_came_about(shipped):
    parts, told = opened(zipped(shipped))
    assert set(parts) == {*(f"{table}.csv" for table in export.TABLES), package.NAME}
    for resource in told["resources"]:
        data = parts[resource["path"]]
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        rows = writer.read(data)
        assert [each["name"] for each in resource["schema"]["fields"]] == list(rows[0])
    assert told["choices"]["companies"] == NAMES
    assert told["choices"]["definitions"] == {"runway": "net_loss"}
    assert (told["choices"]["at"], told["version"]) == ("2026-11-22", shipped.version)
    assert told["licenses"][0]["name"] == "MIT"
    named = {each.get("path") for each in told["sources"]}
    used = {row["url"] for row in writer.read(parts["observations.csv"]) if row["url"]}
    assert used <= named


def test_the_definition_asked_for_stands_in_the_comparison(shipped):
    parts, _ = opened(zipped(shipped))
    rows = writer.read(parts["comparison.csv"])
    assert {row["definition"] for row in rows if row["metric"] == "runway"} == {"net_loss"}


def test_the_same_choices_give_the_same_bytes(shipped):
    assert zipped(shipped) == zipped(shipped)


def test_a_folder_of_ones_own_claims_no_licence(make_book):
    book = make_book("lab: [{metric: cash_reserves, value: 1bn USD, period: 2025-09-30}]")
    files = package.files(book, lens("2026-02-01"), ["lab"], {})
    _, told = opened(package.zipped(files))
    assert "licenses" not in told
    assert told["sources"][0] == {"title": "filing"}
