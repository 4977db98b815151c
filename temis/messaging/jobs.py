"""Mail goes out by itself: every minute what waits, every morning one digest per person."""

from procrastinate.contrib.django import app

from temis.core.jobs import daily
from temis.messaging import actions, delivery


@app.periodic(cron="* * * * *")
@app.task(name="messaging.deliver", queue="mail", queueing_lock="messaging.deliver", pass_context=False)
def deliver(timestamp: int) -> None:
    delivery.deliver_waiting()


@app.periodic(cron=daily(6, 17, minute=30))
@app.task(name="messaging.digest", queue="mail", queueing_lock="messaging.digest")
def digest(timestamp: int) -> None:
    """Twice a day; the key of a digest holds the day, so a person gets one."""
    actions.queue_digests()
