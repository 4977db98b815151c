"""Times of day of the installation, for a queue that counts in UTC."""

import pytest

from temis.core.jobs import daily


@pytest.mark.parametrize(
    ("hours", "minute", "cron"),
    [((6,), 0, "0 23 * * *"), ((6, 17), 30, "30 23,10 * * *"), ((0,), 10, "10 17 * * *")],
)
def test_daily_is_a_time_of_day_in_vietnam(settings, hours, minute, cron):
    settings.TIME_ZONE = "Asia/Ho_Chi_Minh"

    assert daily(*hours, minute=minute) == cron
