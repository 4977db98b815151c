"""A real browser for journeys: `browser_page(width)`, `axe(page)`, `login(page, person)`, `shot(page, name)`.

The browser is that of `TEMIS_CHROMIUM`, else /usr/bin/chromium. Pages are served by pytest-django's live server.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from temis.people.models import Person

AXE = Path(settings.BASE_DIR) / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Playwright runs an event loop in this thread; Django then takes the tests' own queries for asynchronous ones.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("TEMIS_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def browser_page(browser: Browser, live_server: Any) -> Iterator[Callable[[int], Page]]:
    """A new visitor with a screen of that width. Errors of the console and requests to other hosts fail the test."""
    opened, complaints = [], []

    def watch(page: Page) -> None:
        page.on("console", lambda message: complaints.append(_told(message)) if _is_defect(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: None if _is_ours(r.url, live_server.url) else complaints.append(r.url))

    def new(width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 780 if width < 768 else 900},
            locale="vi-VN",
            base_url=live_server.url,
            **options,
        )
        opened.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        watch(page)
        return page

    yield new
    for context in opened:
        context.close()
    assert complaints == []


REFUSALS = ("Failed to load resource", "Response Status Error Code 4")


def _is_ours(url: str, base: str) -> bool:
    return url.startswith((base, "data:", "blob:"))


def _is_defect(message: ConsoleMessage) -> bool:
    """Chromium and htmx report answers such as 422 as errors of the console too; to refuse is not a defect."""
    return message.type == "error" and not any(refusal in message.text for refusal in REFUSALS)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` asserts that axe-core finds nothing against WCAG 2.2 AA or good practice."""

    def check(page: Page) -> None:
        page.evaluate(AXE.read_text())  # not a script tag: the page's own policy would refuse it
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(r => r.violations)", TAGS
        )
        assert [f"{v['id']}: {[n['html'][:160] for n in v['nodes'][:4]]}" for v in found] == []

    return check


@pytest.fixture
def login(client: Any, live_server: Any) -> Callable[[Page, Person], None]:
    """`login(page, cast.teacher)`: the page acts as that person; the login page has tests of its own."""

    def enter(page: Page, person: Person) -> None:
        client.force_login(person.user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return enter


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """`shot(page, "home-360")` keeps a picture of the whole page in the folder `TEMIS_SHOTS`, if there is one."""
    folder = os.environ.get("TEMIS_SHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            size = page.viewport_size or {"width": 1280, "height": 900}
            height = page.evaluate("document.documentElement.scrollHeight")
            # As high as the page, else the bar at the lower edge hides a piece of it.
            page.set_viewport_size({"width": size["width"], "height": height})
            page.screenshot(path=str(Path(folder) / f"{name}.png"))
            page.set_viewport_size(size)

    return take


def _told(message: Any) -> str:
    place = message.location
    return f"{place.get('url')}:{place.get('lineNumber')}: {message.text}"
