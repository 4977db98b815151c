"""What the proxy answers by itself: in Vietnamese, from files that are shipped, without anything from elsewhere."""

import re

import pytest

from tests.architecture.documents import DOCS

DEPLOY = DOCS / "how-to" / "deploy"
LOOK = DEPLOY / "pages" / "look.html"  # nginx puts it into each of the others
PAGES = sorted(set((DEPLOY / "pages").glob("*.html")) - {LOOK})


def test_every_page_that_nginx_names_is_shipped_and_no_other():
    named = set(re.findall(r"error_page .*/(\w+\.html);", (DEPLOY / "nginx.conf").read_text(encoding="utf-8")))

    assert named == {page.name for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_vietnamese_says_what_to_do_and_needs_nothing_else(page):
    text = page.read_text(encoding="utf-8").replace(
        '<!--# include virtual="/look.html" -->', LOOK.read_text(encoding="utf-8")
    )

    assert "<!--#" not in text
    assert text.count("<style>") == 1
    assert '<html lang="vi">' in text
    assert "thầy/cô" in text.lower()
    assert set(re.findall(r'(?:src|href)="([^"]*)"', text)) <= {"data:,", "/", ""}
    assert "url(" not in text
