"""What people do on the last day. Plain locust: `locust -f benchmarks/load/locustfile.py --headless …`.

Who plays stands in the file named by LOAD_CAST (`cast.py` writes it); every save that was acknowledged is noted in the
file named by LOAD_SAVES, so that it can be looked up in the database afterwards. LOAD_ROUNDS ends it after so many.
"""

import itertools
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from locust import FastHttpUser, between, constant, events, task
from locust.exception import StopUser
from locust.stats import CSV_STATS_INTERVAL_SEC

CAST: dict[str, Any] = json.loads(Path(os.environ["LOAD_CAST"]).read_text())
SAVES_PER_VISIT = 12  # levels of fifteen criteria and six texts, with a pause between
_numbers = itertools.count(1)
_rounds = itertools.count(1)
_acknowledged: list[dict[str, Any]] = []


@events.quitting.add_listener
def keep_saves(**_: Any) -> None:
    """What the server has said is saved, and what it was."""
    if path := os.environ.get("LOAD_SAVES"):
        Path(path).write_text("\n".join(json.dumps(one) for one in _acknowledged))


# Too many at once; too many logins a minute from one address, which here is everybody's.
_LATER = (429, 503)


class Person(FastHttpUser):
    """Somebody with a browser: cookies, the token of forms, a line that is waited in."""

    abstract = True
    network_timeout = connection_timeout = 30.0
    login = ""
    people: Iterator[dict[str, Any]]

    def on_start(self) -> None:
        """The next one of the cast sits down; also when the one before is done for this year."""
        who = next(self.people, None)
        if who is None:
            raise StopUser
        self.client.cookiejar.clear()
        self.play(who)
        self.log_in()

    def play(self, who: dict[str, Any]) -> None:
        self.login = who["login"]

    def log_in(self) -> None:
        """As the pages do it; waits in the line where there is one."""
        while not self._is_let_in():
            pass

    def _is_let_in(self) -> bool:
        with self.client.get("/accounts/login/", name="login page", catch_response=True) as page:
            if page.status_code == 503:
                page.success()
        if page.status_code != 200:
            self._wait(page)
            return False
        data = {"login": self.login, "password": CAST["password"], "csrfmiddlewaretoken": self.token}
        with self.client.post(
            "/accounts/login/", data, name="log in", allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code in (302, *_LATER):
                answer.success()
        if answer.status_code in _LATER:
            self._wait(answer)
        elif answer.status_code != 302:
            raise StopUser
        return bool(answer.status_code == 302)

    def _wait(self, page: Any) -> None:
        """In the line, as the page says; 0 minutes while it is still measuring."""
        told = re.search(r"Khoảng ([\d.]+) phút", page.text or "")
        minutes = int(told.group(1).replace(".", "")) if told else 0
        events.request.fire(
            request_type="LINE",
            name="minutes told",
            response_time=minutes,
            response_length=0,
            exception=None,
            context={},
        )
        headers = page.headers or {}  # none where nobody answered
        time.sleep(float(headers.get("Retry-After", 5)))

    @property
    def token(self) -> str:
        return next((one.value for one in self.client.cookiejar if one.name == "csrftoken"), "")

    def finish_round(self) -> None:
        if next(_rounds) == int(os.environ.get("LOAD_ROUNDS", "0")):
            time.sleep(2 * CSV_STATS_INTERVAL_SEC)  # so often the figures are written; a short run would have none
            self.environment.runner.quit()

    def page(self, url: str, name: str) -> str:
        answer = self.client.get(url, name=name)
        return answer.text or "" if answer.status_code == 200 else ""

    def send(self, url: str, data: dict[str, Any], name: str, **headers: str) -> Any:
        known = {"X-CSRFToken": self.token, "Referer": self.host + url}
        return self.client.post(url, data, name=name, headers=known | headers, allow_redirects=False)


class Teacher(Person):
    """Opens the self-assessment, saves it again and again, attaches evidence, sends it; then gives an opinion."""

    weight = 6
    wait_time = constant(0)
    people = iter(CAST["teachers"])

    def play(self, who: dict[str, Any]) -> None:
        super().play(who)
        self.appraisal, self.own = who["appraisal"], f"/self-assessments/{who['appraisal']}/"

    @task(40)
    def write(self) -> None:
        self.page("/", "home")
        form = self.page(self.own, "self-assessment")
        found = re.search(r"\?page=([\w-]+)", form)
        if form and not found:  # has sent it in an earlier run
            self.on_start()
        if not found:
            return
        seen = re.search(r'data-revision="(\d+)"', form)
        revision = int(seen.group(1)) if seen else 0
        levels: dict[str, str] = {}
        for step in range(SAVES_PER_VISIT):
            levels[f"level-{step + 1}"] = str((step + revision) % 4)
            revision = self.save(found.group(1), levels, revision)
            if step % 2 == 0:
                query = "&".join(f"{name}={level}" for name, level in levels.items())
                self.client.get(f"{self.own}explanation/?{query}", name="explanation", headers={"HX-Request": "true"})
        self.attach(1 + revision % 15)
        self.page(f"{self.own}check/", "check")
        self.finish_round()

    def save(self, page: str, levels: dict[str, str], revision: int) -> int:
        mark = f"lần lưu {next(_numbers)}"
        data = levels | {"strengths": mark, "goals": "Bồi dưỡng ứng dụng CNTT " * 5, "revision": str(revision + 1)}
        headers = {"X-Autosave": "1", "HX-Request": "true"}
        answer = self.send(f"{self.own}?page={page}", data, "save", **headers)
        if answer.status_code != 200:
            if answer.status_code == 503:
                time.sleep(float(answer.headers.get("Retry-After", 5)) / 5)
            return revision
        kept = json.loads(answer.text)["revision"]
        _acknowledged.append({"appraisal": self.appraisal, "revision": kept, "mark": mark})
        return int(kept)

    def attach(self, criterion: int) -> None:
        """One piece for a criterion; what hangs there gives way, so that nobody has more than a person would."""
        url = f"{self.own}criteria/{criterion}/evidence/"
        headers = {"HX-Request": "true"}
        drawer = self.client.get(url, name="evidence", headers=headers).text or ""
        for use in re.findall(r'name="detach" value="(\d+)"', drawer):
            self.send(url, {"detach": use}, "detach evidence", **headers)
        data = {"kind": "TEXT", "text": f"Biên bản {next(_numbers)}", "title": "Sinh hoạt chuyên môn"}
        self.send(url, data, "attach evidence", **headers)

    @task(8)
    def give_opinion(self) -> None:
        asked = re.search(r'href="(/opinions/(?:colleagues|managers)/\d+/)"', self.page("/opinions/", "opinions"))
        if not asked or not (form := self.page(asked.group(1), "opinion")):
            return
        data = dict.fromkeys(set(re.findall(r'name="(level-\d+)"', form)), "K")
        self.send(asked.group(1), data | {"send": "1"}, "give opinion")

    @task(1)
    def hand_in(self) -> None:
        """Complete it and send it."""
        form = self.page(self.own, "self-assessment")
        found, seen = re.search(r"\?page=([\w-]+)", form), re.search(r'data-revision="(\d+)"', form)
        if not found or not seen:
            return
        revision = self.save(found.group(1), {f"level-{n}": "2" for n in range(1, 16)}, int(seen.group(1)))
        sent = self.send(f"{self.own}submit/", {"draft_revision": str(revision)}, "submit")
        if sent.status_code == 302:
            self.page(self.own, "self-assessment sent")
            self.on_start()


class Head(Person):
    """Decides on one after the other, until nobody waits."""

    weight = 1
    wait_time = between(0, 0.2)
    people = iter(CAST["heads"])

    @task
    def decide(self) -> None:
        self.page("/", "home of a head")
        waiting = re.findall(r'href="(/decisions/\d+/)"', self.page("/decisions/?show=waiting", "table of a school"))
        for url in waiting[:3]:
            form = self.page(f"{url}?fill=self", "decision")
            seen = re.search(r'name="seen" value="(\d+)"', form)
            if not seen:
                continue
            data = dict.fromkeys(set(re.findall(r'name="(level-\d+)"', form)), "2")
            self.send(url, data | {"seen": seen.group(1), "then": "stay", "note": ""}, "decide")
        self.finish_round()
        if not waiting:
            self.on_start()


class NoOp(FastHttpUser):
    """The baseline: a page without database, session or template, by the same client."""

    weight = 1
    wait_time = constant(0)

    @task
    def robots(self) -> None:
        self.client.get("/robots.txt", name="no-op page")
