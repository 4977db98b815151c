"""A task: what is due from somebody, until when, what blocks it. Domain apps list theirs in `<app>/tasks.py`:

```python
def tasks(scope: Scope) -> list[Task]: ...
```

The home page (`temis.portal`) collects them; an app does not need to know the portal.
"""

from dataclasses import dataclass
from datetime import date

from temis.core import clock


@dataclass(frozen=True, kw_only=True)
class Task:
    """One card of the home page. Texts are already in the user's language.

    `title` says what ("Tự đánh giá theo chuẩn"), `for_whom` about whom or what ("Đợt năm 2020"), `state` where it
    stands ("Đã làm 6/15 tiêu chí"), `button` the one thing to do ("Làm tiếp"). `blocked_by` names what must come
    first; such a card has no button. `due` is the last day. `opens` in the future makes it "what comes next".
    """

    title: str
    url: str = ""
    button: str = ""
    for_whom: str = ""
    state: str = ""
    due: date | None = None
    opens: date | None = None
    blocked_by: str = ""
    done: bool = False
    # First of all in its group, whatever its date: nothing else works without it (an empty profile).
    first: bool = False

    @property
    def days_left(self) -> int | None:
        """0 on the last day, negative when late; None without a date."""
        return None if self.due is None else (self.due - clock.today()).days

    @property
    def is_late(self) -> bool:
        return not self.done and self.days_left is not None and self.days_left < 0

    @property
    def is_coming(self) -> bool:
        """Not yet open: shown as what comes next."""
        return not self.done and self.opens is not None and self.opens > clock.today()
