"""Browsers that save without pause, and remember which saves were confirmed."""

import html
import http.client
import re
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

AUTOSAVE = {"X-Autosave": "1", "HX-Request": "true"}
RETRY = 0.25  # seconds; a browser waits 5, which would hide how long the outage was
LONGEST_LINE = 60.0  # seconds until somebody who comes new must have been let in


class Browser:
    """One session: cookies, a connection that is kept."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, SimpleCookie()
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        """Status and text; status 0 where the connection broke."""
        sent = {"Cookie": "; ".join(f"{m.key}={m.value}" for m in self.cookies.values())} | headers
        body = None
        if fields is not None:
            token = self.cookies["csrftoken"].value
            body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token})
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token}
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            if self._connection:
                self._connection.close()
            self._connection = None
            return 0, ""
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(line)
        return answer.status, text

    def log_in(self, name: str, password: str) -> None:
        """By the page that everybody uses; where there is a line, in it."""
        asked = time.monotonic()
        while "csrftoken" not in self.cookies:
            status, text = self.ask("GET", "/accounts/login/")
            if time.monotonic() - asked > LONGEST_LINE:
                raise SystemExit(f"{name} is not let in: {status} {text[-500:]}")
            time.sleep(RETRY)
        status, text = self.ask("POST", "/accounts/login/", {"login": name, "password": password})
        if status != 302:
            raise SystemExit(f"{name} cannot log in: {status} {text[-500:]}")


@dataclass
class Answers:
    """What all browsers met. `confirmed` are moments of saves answered with 200."""

    confirmed: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    checked: int = 0
    polite: int = 0
    fresh: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, status: int, text: str = "") -> None:
        with self.lock:
            self.statuses[status] = self.statuses.get(status, 0) + 1
            self.polite += status == 503 and "đang chuyển máy chủ" in text

    def confirm(self) -> None:
        with self.lock:
            self.confirmed.append(time.monotonic())


class Writer(threading.Thread):
    """Saves one self-assessment again and again. After a save that failed it first looks, as a person would, whether
    what was confirmed before is still there."""

    def __init__(self, browser: Browser, pk: int, answers: Answers, stop: threading.Event, pause: float) -> None:
        super().__init__(daemon=True)
        self.browser, self.pk, self.answers, self.stopping, self.pause = browser, pk, answers, stop, pause
        self.path = f"/self-assessments/{pk}/"
        self.last: tuple[int, str] = (0, "")

    def run(self) -> None:
        revision, is_sound = 1, True
        while not self.stopping.is_set():
            text = f"Bản {revision} của {self.pk}"
            status = self._save(revision, text)
            if status == 200:
                self.last, revision, is_sound = (revision, text), revision + 1, True
                self.answers.confirm()
                time.sleep(self.pause)
                continue
            if is_sound:
                is_sound = False
                self._look()
            time.sleep(RETRY)

    def _save(self, revision: int, text: str) -> int:
        fields = {"revision": str(revision), "strengths": text, "level-1": "2"}
        status, answer = self.browser.ask("POST", f"{self.path}?page=p{self.pk}", fields, **AUTOSAVE)
        self.answers.note(status, answer)
        return status

    def _look(self) -> None:
        """At the page itself, as soon as it opens again: nothing older than the last confirmed save may stand there."""
        while not self.stopping.is_set():
            status, page = self.browser.ask("GET", self.path)
            if status == 200:
                return self._compare(page)
            self.answers.note(status, page)
            time.sleep(RETRY)
        return None

    def _compare(self, page: str) -> None:
        kept = int(re.findall(r'data-revision="(\d+)"', page)[0])
        text = html.unescape(re.findall(r'<textarea name="strengths"[^>]*>([^<]*)', page)[0]).strip()
        with self.answers.lock:
            self.answers.checked += 1
            if kept < self.last[0] or (kept == self.last[0] and kept and text != self.last[1]):
                self.answers.lost.append(f"{self.pk}: confirmed {self.last}, found {kept} {text!r}")


class Reader(threading.Thread):
    """Looks at the dashboard, and notes of when its figures are."""

    def __init__(self, browser: Browser, answers: Answers, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.browser, self.answers, self.stopping = browser, answers, stop

    def run(self) -> None:
        while not self.stopping.wait(0.5):
            status, page = self.browser.ask("GET", "/progress/")
            self.answers.note(status, page)
            found = re.search(r"data-reading>([^<]*)<", page)
            if status == 200:
                with self.answers.lock:
                    self.answers.fresh.append(found[1] if found else "")
