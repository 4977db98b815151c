"""What the audit trail says in words. Every app tells its own actions in `<app>/sentences.py`:

```python
SENTENCES = {"appraisal.decide": _("đã đánh giá, xếp loại %(person)s")}   # %(person)s, %(count)s may occur
LOOKS = {"appraisal": _("phiếu đánh giá")}                                # the `what` of `audit.viewed`
```

A test finds every action that the code records and fails where the words are missing.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.utils.functional import Promise


def sentences() -> dict[str, Promise | str]:
    """Action → sentence, to be read after the name of who did it."""
    return {action: text for module in _modules() for action, text in module.SENTENCES.items()}


def looks() -> dict[str, Promise | str]:
    """What was looked at → its name."""
    return {what: text for module in _modules() for what, text in getattr(module, "LOOKS", {}).items()}


@cache
def _modules() -> tuple[ModuleType, ...]:
    names = [f"{config.name}.sentences" for config in apps.get_app_configs() if config.name.startswith("temis.")]
    return tuple(import_module(name) for name in names if name != __name__ and find_spec(name))
