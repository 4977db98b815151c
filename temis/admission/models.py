"""The line in front of the login page: one row for the whole installation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Line(models.Model):
    """Places are numbers that only grow (the sequence `admission_place`). Whoever has one up to `called` may come in.

    `lately` counts those called and fades as time passes: the pace of the last minutes without a row for each of them.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    called = models.BigIntegerField(default=0)
    lately = models.FloatField(default=0)
    counted_at = models.DateTimeField()
    opened_at = models.DateTimeField()  # since when somebody waits
    turned_away = models.BigIntegerField(default=0)  # requests of people logged in that were told to come again

    class Meta:
        verbose_name = _("hàng chờ")
        constraints = [
            models.CheckConstraint(name="one_line", condition=models.Q(id=1)),
            models.CheckConstraint(name="line_counts_up", condition=models.Q(called__gte=0, lately__gte=0)),
        ]
