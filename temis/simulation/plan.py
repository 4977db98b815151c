"""What is asked for: how many people, how many years, which seed; and the days that follow."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from temis.core.errors import RuleViolation

FEWEST, MOST = 1_200, 5_000_000
MOST_YEARS = 15
# Resolution 202/2025/QH15 and the two tiers of local government.
REFORM = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """`years` past years with closed periods, and the current one in the middle of its work."""

    people: int
    years: int
    seed: int
    today: date

    @property
    def past(self) -> range:
        return range(self.today.year - self.years, self.today.year)

    @property
    def reformed(self) -> bool:
        """Has the reform of 2025 come?"""
        return self.today >= REFORM

    @property
    def before(self) -> date:
        """The day from which on the bodies of before the reform are known."""
        return date(min(2018, self.past.start - 1), 1, 1)

    def check(self) -> None:
        """SIM-01. A country has room for 63 provinces, and ids for everybody."""
        if not FEWEST <= self.people <= MOST:
            message = _("Số người phải từ %(least)s đến %(most)s.")
            raise RuleViolation("SIM-01", message % {"least": FEWEST, "most": MOST})
        if not 1 <= self.years <= MOST_YEARS:
            raise RuleViolation("SIM-01", _("Số năm phải từ 1 đến %(most)s.") % {"most": MOST_YEARS})
