"""Loads the shipped rules of reminders after each `temis migrate`; those that an installation has stay as they are."""

import json
from pathlib import Path
from typing import Any

from django.db import connections

from temis.following.models import ReminderRule

DATA = Path(__file__).parent / "data" / "reminders.json"


def load_rules(*, using: str = "default", **_: Any) -> None:
    """One row for each stage and day."""
    if ReminderRule._meta.db_table not in connections[using].introspection.table_names():
        return
    known = set(ReminderRule.objects.using(using).values_list("stage", "days"))
    ReminderRule.objects.using(using).bulk_create(
        ReminderRule(stage=row["stage"], days=days, sms=days == 0 and row["sms_on_last_day"])
        for row in json.loads(DATA.read_text())
        for days in row["days_before"]
        if (row["stage"], days) not in known
    )
