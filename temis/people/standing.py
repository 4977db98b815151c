"""Who stands below a role: asked of each person, for lists of a school and of a province alike."""

from django.db.models import Exists, OuterRef, Q

from temis.access import Role
from temis.accounts.models import Grant
from temis.accounts.rules import not_below
from temis.core import clock
from temis.people.models import Employment
from temis.people.rules import ROLE_OF


def standing_below(role: Role) -> Q:
    """People who hold neither `role` nor one above it today, by a post or a grant, as `people_role_assignment` has it.

    Not asked of the view itself: PostgreSQL would put together the roles of the whole country first.
    """
    roles, today = not_below(role), clock.today()
    posts = Q(position__in=[position for position, its_role in ROLE_OF.items() if its_role in roles])
    if Role.GROUP_LEADER in roles:
        posts |= Q(leads_group=True)
    held = {"validity__contains": today, "organization__is_open": True}
    employed = Employment.objects.filter(posts, person=OuterRef("pk"), **held)
    granted = Grant.objects.filter(user=OuterRef("user_id"), role__in=roles, **held)
    return ~Exists(employed) & ~Exists(granted)
