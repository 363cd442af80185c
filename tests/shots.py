"""Pictures of every page in each language, light and dark, wide and narrow.

`python -m tests.shots` puts them into shots/, to be looked at, and the one that the README shows
into docs/compare.png.
"""

import io
import itertools
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from schemas.words import LANGUAGES
from tests.conftest import CHROMIUM, QUIET, ROOT, serving, settle

SHOTS, README = ROOT / "shots", ROOT / "docs" / "compare.png"
WIDTHS = {"desktop": 1440, "phone": 390}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
# As of a fixed day, so that the same data gives the same picture.
AS_OF = "at=2026-01-31&known=2026-01-31"
PATHS = {
    "compare": f"/?{AS_OF}",
    "trace": f"/?{AS_OF}&ccy=CNY&trace=minimax~revenue_per_employee",
    "all": f"/?{AS_OF}&rows=all&log=1&metric=valuation&c=minimax&c=moonshot-ai&c=openai&c=xai",
    "company": f"/company?{AS_OF}&company=minimax",
    "metric": f"/metric?{AS_OF}&metric=valuation",
    "runway": f"/metric?{AS_OF}&metric=runway",
    "claims": f"/claims?{AS_OF}",
    "working": f"/claims?{AS_OF}&metric=runway&claim=b779f8fcfa5f",
    "sources": f"/sources?{AS_OF}",
    "document": f"/sources?{AS_OF}&source=neteasehao-2025-12-minimax-ipo",
    "gaps": f"/health?{AS_OF}",
    "changes": "/changes?at=2026-03-31&known=2026-03-31&since=2026-01-31&set=listed-ai-labs",
    "conflicts": f"/health?{AS_OF}&part=conflicts",
}
SHOWN = f"/?{AS_OF}&ccy=USD&c=minimax&c=moonshot-ai&c=openai&lang=en"


def picture(browser: Browser, address: str, width: int, scheme: Scheme) -> Image.Image:
    """Take a picture of the whole page, as tall as it is."""
    page = browser.new_page(is_mobile=width < WIDTHS["desktop"])
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    page.wait_for_selector("footer.foot", state="attached")
    settle(page)
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": tall})
    page.wait_for_timeout(800)  # the chart draws itself anew
    image = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return image


def save(image: Image.Image, path: Path) -> None:
    """Write a picture small: a page has few colours."""
    path.parent.mkdir(exist_ok=True)
    # This way of choosing 256 keeps the rare ones, the dots of the companies.
    few = image.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE)
    few.save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KiB")  # noqa: T201


def main() -> None:
    """Take them all; with `readme` only the README's."""
    paths = {} if "readme" in sys.argv else PATHS
    with (
        TemporaryDirectory() as folder,
        serving(Path(folder) / "log") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for name, path in paths.items():
            for language, scheme, kind in itertools.product(LANGUAGES, SCHEMES, WIDTHS):
                image = picture(browser, f"{address}{path}&lang={language}", WIDTHS[kind], scheme)
                save(image, SHOTS / f"{name}-{language}-{scheme}-{kind}.png")
        shown = picture(browser, f"{address}{SHOWN}", WIDTHS["desktop"], "light")
        save(shown, README)
        browser.close()


if __name__ == "__main__":
    main()
