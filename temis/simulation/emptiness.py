"""Only an empty database is filled: invented people must never stand beside real ones."""

from django.utils.translation import gettext as _

from temis.accounts.models import User
from temis.appraisals.models import Period
from temis.core.errors import RuleViolation
from temis.organizations.models import Organization
from temis.people.models import Person

EMPTY = (Organization, Person, User, Period)


def check_empty() -> None:
    """SIM-02. No body, no person, no account, no period. What `temis migrate` loads may be there."""
    for model in EMPTY:
        if model._default_manager.exists():
            message = _(
                "Cơ sở dữ liệu đã có dữ liệu (%(what)s). Lệnh này chỉ chạy trên cơ sở dữ liệu trống: hãy chọn "
                "TEMIS_DATA_DIR hoặc TEMIS_DATABASE_URL khác."
            )
            raise RuleViolation("SIM-02", message % {"what": model._meta.verbose_name})
