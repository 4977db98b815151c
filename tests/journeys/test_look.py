"""The shared frame in a real browser: no violation, no request to another host, nothing wider than the screen."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = [360, 1280]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/", "/gallery/", "/help/", "/no-such-page/"])
def test_page_for_a_visitor_is_accessible_and_fits(browser_page, axe, shot, path, width):
    page = browser_page(width)

    answer = page.goto(path)

    assert answer.status == (404 if path == "/no-such-page/" else 200)
    shot(page, f"visitor{path.replace('/', '-')}{width}")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    axe(page)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("person", ["teacher", "principal", "province_officer"])
def test_home_is_accessible_and_fits(browser_page, axe, shot, login, cast, person, width):
    page = browser_page(width)
    login(page, cast.people[person])

    answer = page.goto("/")

    assert answer.status == 200
    shot(page, f"home-{person}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    axe(page)
