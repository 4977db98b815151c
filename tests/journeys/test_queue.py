"""The page of the line on a phone, with scripts and without: it says place and time, and opens by itself."""

import pytest
from django.test import override_settings

from temis.admission import line
from temis.admission.pace import Pace

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowded(monkeypatch):
    """Twelve hundred people are ahead, sixty are let in each minute, no process has room for more."""
    monkeypatch.setattr(Pace, "take", lambda self, wanted=1: 0)
    line.call(line.read().waiting)
    for _ in range(1200):
        line.join()
    line.call(60)
    with override_settings(ARRIVALS_PER_SECOND=4):
        yield


@pytest.mark.parametrize("has_scripts", [True, False])
def test_page_of_the_line(browser_page, axe, shot, crowded, has_scripts):
    page = browser_page(360, java_script_enabled=has_scripts)

    page.goto("/accounts/login/")

    assert page.get_by_role("heading", level=1).inner_text() == "Thầy/cô đang ở trong hàng chờ"
    assert "1.140 người ở phía trước" in page.locator("main").inner_text()
    assert "biên nhận số" in page.locator("main").inner_text().lower()
    shot(page, f"queue-360-{'with' if has_scripts else 'without'}-scripts")
    if has_scripts:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("has_scripts", [True, False])
def test_it_opens_when_it_is_ones_turn(browser_page, crowded, has_scripts):
    page = browser_page(360, java_script_enabled=has_scripts)
    page.goto("/accounts/login/")
    line.call(5000)
    page.wait_for_timeout(1100)  # what a process knows of the line is at most a second old

    page.get_by_role("link", name="Xem lại ngay").click()

    page.get_by_label("Mật khẩu").wait_for()
