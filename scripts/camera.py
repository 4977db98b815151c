"""A browser that logs in as somebody of the demo and keeps small pictures of what it sees."""

import json
import re
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

CAST = Path(__file__).resolve().parents[1] / "temis" / "demo" / "data" / "cast.json"
PASSWORD = "temis-thu-nghiem"
PHONE, SCREEN = 360, 1280
COLOURS = 96  # enough for flat colours and grey text; photographs there are none
LARGEST = 200_000  # bytes of a picture


class Camera:
    def __init__(self, browser: Browser, address: str, folder: Path) -> None:
        self._browser, self._address, self._folder = browser, address, folder
        self._open: list[BrowserContext] = []

    def close(self) -> None:
        for context in self._open:
            context.close()
        self._open.clear()

    def visitor(self, width: int = SCREEN) -> Page:
        """Somebody without a login. A phone is drawn at two dots a pixel."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 740 if width == PHONE else 860},
            device_scale_factor=2 if width == PHONE else 1,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            base_url=self._address,
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        self._open.append(context)
        return context.new_page()

    def visit(self, key: str, width: int = SCREEN, role: str = "") -> Page:
        """The member of the demo's cast with this key (cast.json), acting in `role` (its Vietnamese name)."""
        page = self.visitor(width)
        while not self._log_in(page, key):  # the six digits may change between reading and typing
            page.context.clear_cookies()
            time.sleep(5)
        if role:
            page.locator("details.menu summary").click()
            page.locator(".menu__panel form button", has_text=role).first.click()
            page.wait_for_load_state()
        return page

    def name_of(self, key: str) -> str:
        return self._login(self.visitor(), key)[2]

    def _login(self, page: Page, key: str) -> list[str]:
        """Name to log in with, six digits, name of the person: a row of the demo's page, in the order of the cast."""
        keys = [login["key"] for login in json.loads(CAST.read_text(encoding="utf-8"))["logins"]]
        page.goto("/demo/")
        cells = page.locator("tbody tr").nth(keys.index(key)).locator("td")
        return [text.strip() for text in cells.all_inner_texts()]

    def _log_in(self, page: Page, key: str) -> bool:
        name, digits, *_rest = self._login(page, key)
        page.goto("/accounts/login/")
        page.fill("input[name=login]", name)
        page.fill("input[name=password]", PASSWORD)
        page.locator("main button.btn-primary").click()
        page.wait_for_load_state()
        if page.locator("input[name=code]").count():
            page.fill("input[name=code]", digits)
            page.locator("main button.btn-primary").click()
            page.wait_for_load_state()
        return "/accounts/" not in page.url

    def shoot(self, page: Page, name: str, *, height: int = 0, at: str = "") -> None:
        """Keep what is in sight as `name`.png; `height` in pixels for more than that, `at` scrolls there first."""
        page.wait_for_load_state("networkidle")
        seen = page.viewport_size
        assert seen is not None
        whole = page.evaluate("document.documentElement.scrollHeight")
        if height:
            page.set_viewport_size({"width": seen["width"], "height": min(height, whole)})
        if at:
            page.locator(at).first.evaluate("spot => spot.scrollIntoView({block: 'start'})")
            page.mouse.wheel(0, -90)
        else:
            page.evaluate("window.scrollTo(0, 0)")
        page.wait_for_timeout(300)
        path = self._folder / f"{name}.png"
        page.screenshot(path=path)
        page.set_viewport_size(seen)
        shrink(path)


def shrink(path: Path) -> None:
    """A palette instead of true colours: a fifth of the size, no visible difference."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name}: {size} bytes are too many")


def words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
