"""A data folder of any size, made from a seed: `python -m benchmarks.make_data DIR --companies N`.

A company's files depend on the seed and its number alone, so a smaller folder is the beginning of
a larger one. Companies come in blocks of eight that share two documents and one group.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum
from pathlib import Path
from random import Random

import click

from benchmarks.brand import brand
from benchmarks.document import BLOCK, shared
from benchmarks.economy import Course
from benchmarks.phrase import Amount, Language, Stated, amount
from benchmarks.story import Story, lived, name, story

OBSERVATIONS = 40
SEED = 7
# The two companies of a block that are counted together.
PARTNERS = (1, 5)
SET = 64
# No file is read beyond a megabyte; a set is about 200 bytes.
MOST_SETS = 2000

_AND: dict[Language, str] = {"en": " and ", "zh-Hans": "和", "zh-Hant": "和"}


def make(folder: Path, companies: int, observations: int = OBSERVATIONS, seed: int = SEED) -> None:
    """Write a data folder; raise `FileExistsError` where there is one already."""
    for room in ("companies", "sources"):
        (folder / room).mkdir(parents=True)
    for path, text in files(companies, observations, seed):
        (folder / path).write_bytes(text.encode())


def files(
    companies: int, observations: int = OBSERVATIONS, seed: int = SEED
) -> Iterator[tuple[str, str]]:
    """Write every file of a folder, as (path, text)."""
    for index in range(companies):
        yield from company(seed, index, observations)
        block, slot = divmod(index, BLOCK)
        if slot == 0:
            for document in shared(seed, block):
                yield f"sources/{document.id}.yaml", document.text(Random(document.id))
        if slot == max(PARTNERS):
            yield group(seed, block)
    yield "sets.yaml", "".join(_sets(companies, seed))


def company(seed: int, index: int, observations: int) -> Iterator[tuple[str, str]]:
    """Write a company's file and those of its own documents, as (path, text)."""
    told = story(seed, index)
    wanted = max(1, round(observations * told.rng.uniform(0.75, 1.25)))
    entries = [entry for _, entry in zip(range(wanted), told.everything(), strict=False)]
    # Written document by document, as a person reads them.
    listed = "".join(entry.text for entry in sorted(entries))
    yield f"companies/{told.of.brand.id}.yaml", f"{_head(told)}observations:\n{listed}"
    own = list(told.documents.values())[:-2]
    repeated = {each.primary or each.derived for each in own if each.told}
    for document in own:
        if document.told or document.id in repeated:
            yield f"sources/{document.id}.yaml", document.text(told.rng)


def _head(told: Story) -> str:
    of, rng, interim = told.of, told.rng, told.documents["interim"].id
    founded = f"{{value: {of.first // 4}, source: {interim}, place: p. 12}}"
    closing = f"{of.year_end:02}-{31 if of.year_end == 3 else 30}"
    fields = {
        "name": _names({language: name(of, language) for language in _AND}),
        "aliases": f"[{of.brand.short}, {of.brand.zh_hans[:3]}]" if rng.random() < 0.6 else "",
        "country": of.country,
        "founded": founded if rng.random() < 0.3 else "",
        "fiscal_year_end": closing if of.year_end != 12 else "",
    }
    return "".join(f"{key}: {value}\n" for key, value in fields.items() if value)


def _names(names: dict[Language, str]) -> str:
    return f"{{{', '.join(f'{language}: {text}' for language, text in names.items())}}}"


def group(seed: int, block: int) -> tuple[str, str]:
    """Write a block's group: figures that a document states of two companies at once."""
    both = [lived(seed, block * BLOCK + slot) for slot in PARTNERS]
    both.sort(key=lambda each: each.brand.id)
    members = [each.brand.id for each in both]
    names = {
        language: joint.join(name(of, language) for of in both) for language, joint in _AND.items()
    }
    text = (
        f"name: {_names(names)}\nmembers: [{', '.join(members)}]\n"
        f"observations:\n{''.join(_joint(seed, block, both))}"
    )
    return f"companies/{'+'.join(members)}.yaml", text


def _joint(seed: int, block: int, both: list[Course]) -> Iterator[str]:
    rng, documents = Random(f"group/{seed}/{block}"), shared(seed, block)._asdict()
    told = Story(seed, block * BLOCK, both[0], rng, documents, "unknown")
    # Further down the page than anything it says of one company.
    documents["roundup"].told = 40
    day = str(documents["roundup"].published)
    raised = [of.raised * of.rate(of.last, both[0].currency) for of in both]
    if all(raised):
        stated = told.money(amount(fsum(raised)), "more_than", 3)
        also = told.also(stated, both[0].last, "roundup")
        yield told.told("cumulative_funding", stated, day, "roundup", also=also).text
    heads = Stated(Amount(sum(of.staff[-1] for of in both), 0), "people", "approx", 2)
    yield told.told("employee_count", heads, day, "roundup", basis="closing").text


def _sets(companies: int, seed: int) -> Iterator[str]:
    for number in range(min(max(1, companies // SET), MOST_SETS)):
        chosen = range(number * SET, min((number + 1) * SET, companies), BLOCK)
        ids = ", ".join(brand(seed, index).id for index in chosen)
        peers: dict[Language, str] = {"en": "Peers", "zh-Hans": "同业", "zh-Hant": "同業"}
        names = _names({language: f"{word} {number + 1}" for language, word in peers.items()})
        yield f"peers-{number + 1}:\n  name: {names}\n  companies: [{ids}]\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--companies", type=click.IntRange(1), required=True, help="How many companies.")
@click.option(
    "--observations",
    type=click.IntRange(1),
    default=OBSERVATIONS,
    show_default=True,
    help="About how many a company.",
)
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True)
def main(folder: Path, companies: int, observations: int, seed: int) -> None:
    """Write a data folder of invented companies into FOLDER."""
    try:
        make(folder, companies, observations, seed)
    except FileExistsError as error:
        message = f"{folder} already holds data, and none is written over"
        raise click.UsageError(message) from error


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.make_data")
