"""The recipes of docs/extending.md, performed as written on a copy, change only what they name."""

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from schemas import node
from tests.conftest import free_port, is_healthy

ROOT = Path(__file__).parent.parent
PARTS = (".streamlit", "data", "door", "metrics", "schemas", "views", "app.py")
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
GUIDE = ROOT / "docs/extending.md"
RECIPES = dict(
    re.findall(
        r"^## (.+?)$\n(.*?)(?=^## |\Z)",
        GUIDE.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program and its data, to change as one likes."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(
                ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / part, tmp_path / part)
    return tmp_path


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def steps(recipe: str) -> list[tuple[str, str]]:
    """The fenced blocks of a recipe: `console`, or what kind of file and where; and the text."""
    return re.findall(r"^```([^\n]+)\n(.*?)^```$", recipe, re.MULTILINE | re.DOTALL)


def merged(old: node.Plain, new: node.Plain) -> node.Plain:
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    return {**old, **{key: merged(old.get(key, {}), value) for key, value in new.items()}}


def plain(text: str, path: str) -> node.Plain:
    found, problems = node.parse(text.encode(), path)
    assert found, problems
    return node.plain(found)


def edit(path: Path, text: str) -> None:
    """Do to a file what a person does who reads the block: make it, add to it, change a line."""
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        return
    old = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        both = merged(plain(old, str(path)), plain(text, "the recipe"))
        path.write_text(json.dumps(both, ensure_ascii=False, indent=1), encoding="utf-8")
        return
    for line in text.splitlines():
        begins = line.partition("=")[0]
        pattern = rf"^{re.escape(begins)}=.*$"
        assert re.search(pattern, old, re.MULTILINE), f"{path.name} has no line {begins}"
        old = re.sub(pattern, line, old, flags=re.MULTILINE)
    path.write_text(old, encoding="utf-8")


def run(command: str, folder: Path) -> list[str]:
    """Run a command line of ours in the copy, and give what it prints."""
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "metrics"]
    got = subprocess.run(
        [sys.executable, *words[1:]],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert got.returncode == 0, got.stderr or got.stdout
    assert got.stderr == ""
    return got.stdout.splitlines()


def converse(text: str, folder: Path) -> None:
    """Run each command of a console block, and find the lines shown among those printed."""
    for example in text.removeprefix("$ ").split("\n$ "):
        command, *shown = example.splitlines()
        printed = [line.replace("\xa0", " ") for line in run(command, folder)]
        for line in shown:
            # `…` stands for anything.
            wanted = re.sub(r"([*?\[])", r"[\1]", line).replace("…", "*")
            assert any(fnmatchcase(got, wanted) for got in printed), (line, printed)


def perform(recipe: str, folder: Path) -> None:
    for info, text in steps(recipe):
        kind, _, path = info.partition(" ")
        if kind == "console":
            converse(text, folder)
        else:
            edit(folder / path, text)


def named(recipe: str) -> set[str]:
    """The files that a recipe says it changes."""
    (line,) = re.findall(r"^Changes: (.+)$", recipe, re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", line))


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


def test_there_is_a_recipe_for_each_thing_a_newcomer_adds():
    assert [*RECIPES] == [
        "A company",
        "A metric",
        "A derived metric",
        "Words for it",
        "A page",
        "A language",
    ]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_works_and_changes_only_the_files_it_names(name, copy):
    before = digests(copy)
    perform(RECIPES[name], copy)
    assert changed(before, digests(copy)) == named(RECIPES[name])
    assert not run("python -m metrics check", copy)[-1].count("error:")


def test_nothing_of_what_a_recipe_shows_is_there_without_it(copy):
    """The effect is the recipe's own: without its files its first command fails or says less."""
    for name in ("A metric", "A derived metric", "A company"):
        (console,) = (text for info, text in steps(RECIPES[name]) if info == "console")
        command = console.removeprefix("$ ").split("\n$ ")[-1].splitlines()[0]
        with pytest.raises(AssertionError, match="there is no"):
            run(command, copy)


@contextmanager
def serving(folder: Path, log: Path) -> Iterator[str]:
    """Run the app of the copy, and give its address."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=out, stderr=out) as process,
    ):
        try:
            deadline = time.monotonic() + 120
            while not is_healthy(port):
                assert process.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
                time.sleep(0.1)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


def test_the_page_of_the_recipe_opens_and_stands_in_the_top_bar(copy, browser, tmp_path_factory):
    before = digests(copy)
    perform(RECIPES["A page"], copy)
    log = tmp_path_factory.mktemp("server") / "log"
    with serving(copy, log) as address, browser.new_context(base_url=address) as context:
        page = context.new_page()
        page.goto("/coverage?lang=en")
        page.wait_for_selector("footer.foot")
        assert page.locator("h1").inner_text() == "Coverage"
        listed = page.get_by_role("listitem").all_inner_texts()
        assert [line for line in listed if re.fullmatch(r"MiniMax: [1-9]\d*", line)]
        page.goto("/?lang=en")
        page.get_by_role("link", name="Coverage").click()
        page.wait_for_url("**/coverage?*")
    assert changed(before, digests(copy)) == named(RECIPES["A page"])
