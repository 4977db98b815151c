"""Where a visitor is led who sends a form after his session has ended."""

import pytest

pytestmark = pytest.mark.django_db
HERE = "http://testserver"


@pytest.mark.parametrize(
    ("came_from", "leads_back_to"),
    [
        (f"{HERE}/people/?q=binh&after=7", "/people/%3Fq%3Dbinh%26after%3D7"),
        (f"{HERE}/people/#list", "/people/"),
        (HERE, "/"),
        ("https://example.org/people/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_form_of_an_ended_session_leads_back_to_the_page_it_stands_on(client, came_from, leads_back_to):
    answer = client.post("/people/codes/print/", {"whom": "first"}, headers={"referer": came_from} if came_from else {})

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={leads_back_to}")


def test_page_of_an_ended_session_leads_back_to_itself(client):
    answer = client.get("/people/?q=binh", headers={"referer": f"{HERE}/profile/"})

    assert answer["Location"] == "/accounts/login/?next=/people/%3Fq%3Dbinh"
