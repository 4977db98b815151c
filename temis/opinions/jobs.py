"""Nightly work: what is over is closed, and the database forgets old versions of the sums."""

from django.db import connection, transaction
from procrastinate.contrib.django import app

from temis.appraisals.enums import PeriodState
from temis.appraisals.models import Period
from temis.core import audit
from temis.opinions.actions import close_ended
from temis.opinions.models import OpinionTally


@app.periodic(cron="10 17 * * *")  # UTC: ten minutes after midnight in Vietnam
@app.task(name="opinions.close", queue="default")
def nightly(timestamp: int = 0) -> None:
    """Close opinions whose last day was yesterday, then sweep."""
    open_somewhere = OpinionTally.objects.filter(closed=False).values("appraisal__period_id")
    for period in Period.objects.filter(pk__in=open_somewhere).exclude(state=PeriodState.DRAFT):
        with transaction.atomic():
            if count := close_ended(period):
                audit.record("opinions.close", scope=None, target=period, rule_id="OPN-05", count=count)
    sweep()


def sweep() -> None:
    """Take old versions of ballots and sums out of their pages (ADR 4); autovacuum does it too, within a minute."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM opinions_ballot, opinions_opiniontally")
