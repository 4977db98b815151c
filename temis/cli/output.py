"""What a command prints: progress and errors on standard error, results on standard output."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

ProgressCallback = Callable[..., None]  # (done, total=None, doing="")


class Output:
    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._errors = Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def complain(self, text: str) -> None:
        self._errors.print(text, style="red", markup=False)

    def result(self, data: dict[str, Any]) -> None:
        """With --json, the one object that is the last line."""
        if self.as_json:
            self.say(json.dumps(data, ensure_ascii=False, default=str))

    @contextmanager
    def progress(self, label: str) -> Iterator[ProgressCallback]:
        """A bar, on a terminal only; the callback may be called as often as the work likes."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._errors, transient=True, disable=not self._errors.is_terminal) as bar:
            task = bar.add_task(label, total=None)

            def update(done: int, total: int | None = None, doing: str = "") -> None:
                bar.update(task, completed=done, total=total, description=doing or label)

            yield update
