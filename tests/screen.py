"""What browser tests look at a page with: a day, two screens, what is grave, what is too wide."""

from datetime import date

from playwright.sync_api import Page, ViewportSize

# The day that the shipped data is looked at from.
DAY = date(2026, 1, 31)
AS_OF = f"at={DAY}&known={DAY}"
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# What axe-core finds of these kinds keeps somebody out.
GRAVE = ("serious", "critical")


def overflow(page: Page) -> int:
    """How many pixels the page, and Streamlit's own scroller, are wider than they can show."""
    found: int = page.evaluate("""() => {
        const main = document.querySelector('[data-testid=stMain]');
        return Math.max(document.documentElement.scrollWidth - innerWidth,
                        main.scrollWidth - main.clientWidth);
    }""")
    return found
