"""Pages of the demo province, rendered in this process, against the health page (one query, no template)."""

from django.test import Client
from django.urls import reverse

from benchmarks.measuring import Figure, seconds
from temis.accounts import session
from temis.accounts.models import User
from temis.demo.cast import demo_cast

# (who of the demo's cast, page)
PAGES = [
    ("teacher", "portal:home"),
    ("teacher", "appraisals:mine"),
    ("principal", "portal:home"),
    ("principal", "people:list"),
    ("principal", "appraisals:school"),
    ("province_officer", "portal:home"),
    ("province_officer", "people:list"),
    ("province_officer", "organizations:list"),
    ("province_officer", "following:progress"),
    ("province_officer", "reporting:list"),
    ("ministry_officer", "reporting:overview"),
]


def run() -> list[Figure]:
    codes = {login.key: login.person_code for login in demo_cast()}
    bare = Client()
    baseline = seconds(lambda: _get(bare, "/health/"), runs=15)
    figures = []
    for who, name in PAGES:
        client = _logged_in(codes[who])
        url = reverse(name)
        took = seconds(lambda client=client, url=url: _get(client, url), runs=15)
        figures.append(Figure(f"{name} as {who}", took, "/health/", baseline))
    return figures


def _get(client: Client, url: str) -> None:
    status = client.get(url, follow=True).status_code
    if status != 200:
        raise RuntimeError(f"{url} answered {status}")


def _logged_in(code: str) -> Client:
    client, user = Client(), User.objects.get(username=code)
    client.force_login(user)
    kept = client.session
    kept[session.SECOND_FACTOR] = user.pk
    kept.save()
    return client
