"""Every page that the links of a role lead to, each once: what "any page" means in the figures and in the guard."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.db import connection, connections
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

from temis.access import Role
from temis.accounts import session
from temis.accounts.models import User
from temis.people.assignments import assignments_of
from temis.simulation.logins import logins

DEPTH = 3  # links from the home page; then one more, to what a page itself offers: its choices, its second page
# Not pages of the system's own data: they end the session, change the language, or need a password typed anew.
LEFT_OUT = ("account_", "mfa_", "set_language", "logout")
CHOICE = re.compile(r"-?[A-Za-z_]{1,20}")  # no number, no text with accents, no key of a page


@dataclass(frozen=True)
class PageOf:
    """A page as somebody sees it; `name` is that of its address, with the filters that were set."""

    walker: "Walker"
    name: str
    url: str

    def __str__(self) -> str:
        return f"{self.name} as {self.walker}"


@dataclass(frozen=True)
class Walker:
    """Somebody whose links are followed; `where` tells him from the one of the same role in a larger body."""

    username: str
    role: Role
    where: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.role.value.lower(), self.where]))


def walkers() -> list[Walker]:
    """One of each role, as `temis simulate` names them: all of the largest province."""
    return [Walker(login.username, login.role) for login in logins()]


# Holders of a role, those with the fewest people below them first.
_BY_PEOPLE = """
SELECT u.username
FROM people_role_assignment a
JOIN accounts_user u ON u.id = a.user_id
JOIN organizations_organization o ON o.id = a.organization_id
CROSS JOIN LATERAL (
    SELECT count(*) AS people
    FROM people_person p JOIN organizations_organization b ON b.id = p.organization_id
    WHERE b.path <@ o.path
) below
WHERE a.role = %s AND o.is_open
ORDER BY below.people, u.username
"""


def elsewhere() -> Iterator[Walker]:
    """Heads of smaller bodies: what is quick for a large part of the country need not be so for a small one, for which
    other plans are chosen."""
    with connection.cursor() as cursor:
        for role in (Role.PROVINCE_LEADER, Role.LOCAL_LEADER):
            cursor.execute(_BY_PEOPLE, [role.value])
            by_people = [username for (username,) in cursor.fetchall()]
            yield Walker(by_people[0], role, "of the fewest")
            yield Walker(by_people[len(by_people) // 2], role, "of the middle")


def client_of(username: str, role: Role) -> Client:
    """Somebody logged in, with his second factor, who acts in that role."""
    client, user = Client(), User.objects.get(username=username)
    client.force_login(user)
    kept = client.session
    kept[session.SECOND_FACTOR] = user.pk
    kept[session.ASSIGNMENT] = next(each.id for each in assignments_of(user) if each.role == role)
    kept.save()
    return client


def pages(client: Client, walker: Walker, known: set[str] | None = None) -> Iterator[tuple[PageOf, "Count"]]:
    """Breadth first from the home page, the first address found for each name, and what it asked the database.

    `known` holds the pages of a single choice that others were shown; they are not asked for once more.
    """
    found: set[str] = set()
    wave = ["/"]
    for depth in range(DEPTH + 2):
        new = [PageOf(walker, name, url) for url in wave if (name := _name(url))]
        wave = []
        for page in new:
            if page.name in found or (known is not None and page.name in known):
                continue
            with Count() as count:
                response = client.get(page.url)
            if _is_page(response):
                found.add(page.name)
                if known is not None and "=" in page.name:
                    known.add(page.name)
                yield page, count
                if depth <= DEPTH:
                    links = _links(page.url, response.content.decode())
                    wave += [link for link in links if depth < DEPTH or _path(link) == _path(page.url)]


def _path(url: str) -> str:
    return urlsplit(url).path


def _is_page(response: HttpResponseBase) -> bool:
    return response.status_code == 200 and response.headers["Content-Type"].startswith("text/html")


def _name(url: str) -> str:
    """The name of an address with its filters' names, and the value of a single choice: another step is another
    question, another year or body is not. Empty where it is not to be visited."""
    parts = urlsplit(url)
    try:
        name = resolve(parts.path).view_name
    except Resolver404:
        return ""
    if not name or name.startswith(LEFT_OUT):
        return ""
    asked = parse_qsl(parts.query)
    chosen = {key for key, value in asked if CHOICE.fullmatch(value)}
    told = sorted({f"{key}={value}" if chosen == {key} else key for key, value in asked})
    return f"{name}?{'&'.join(told)}" if told else name


class _Addresses(HTMLParser):
    """Where a page leads to: its links, and its forms that ask, with each single choice that they offer."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._form = ""
        self._hidden: list[tuple[str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href") and "download" not in values:
            self.found.append(values["href"])
        elif tag == "form":
            self._form = (values.get("action") or "?") if values.get("method", "get").lower() == "get" else ""
            self._hidden = []
        elif tag == "select":
            self._select = values.get("name", "")
        elif tag == "input" and values.get("type") == "hidden":
            self._hidden.append((values.get("name", ""), values.get("value", "")))
        elif tag == "input" and values.get("type") in ("checkbox", "radio"):
            self._choose(values.get("name", ""), values.get("value") or "on")
        elif tag == "option":
            self._choose(self._select, values.get("value", ""))

    def _choose(self, name: str, value: str) -> None:
        if self._form and name and value:
            address, _, query = self._form.partition("?")
            self.found.append(f"{address}?{urlencode([*parse_qsl(query), *self._hidden, (name, value)])}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "select":
            self._select = ""


def _links(base: str, text: str) -> Iterator[str]:
    addresses = _Addresses()
    addresses.feed(text)
    for link in addresses.found:
        parts = urlsplit(urljoin(base, link))
        if not parts.netloc:
            yield parts._replace(fragment="").geturl()


class Count:
    """The statements that everything inside the `with` sends to any database."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, object]] = []

    def __enter__(self) -> "Count":
        self._wrapped = ExitStack()
        for each in connections.all():
            self._wrapped.enter_context(each.execute_wrapper(self._take))
        return self

    def __exit__(self, *error: object) -> None:
        self._wrapped.close()

    def _take(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        self.statements.append((sql, params))
        return execute(sql, params, many, context)
