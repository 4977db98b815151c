"""Every write on bodies."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from temis.access import P, Scope
from temis.core import audit, clock
from temis.core.errors import RuleViolation
from temis.organizations.models import Organization, OrganizationVersion

# The columns of today's version, repeated on the body. One statement for any number of bodies.
_PROJECT = """
UPDATE organizations_organization o
SET name = v.name, parent_id = v.parent_id, path = v.path, province_id = v.province_id,
    levels = v.levels, disadvantaged = v.disadvantaged, is_open = v.validity @> %(on)s::date
FROM (
    SELECT DISTINCT ON (organization_id) *
    FROM organizations_organizationversion
    WHERE lower(validity) IS NULL OR lower(validity) <= %(on)s::date
       OR NOT EXISTS (SELECT FROM organizations_organizationversion e
                      WHERE e.organization_id = organizations_organizationversion.organization_id
                        AND (lower(e.validity) IS NULL OR lower(e.validity) <= %(on)s::date))
    ORDER BY organization_id, lower(validity) DESC NULLS LAST
) v
WHERE v.organization_id = o.id
  AND (%(ids)s::bigint[] IS NULL OR o.id = ANY(%(ids)s))
  AND (o.name, o.path, o.levels, o.disadvantaged, o.is_open) IS DISTINCT FROM
      (v.name, v.path, v.levels, v.disadvantaged, v.validity @> %(on)s::date)
   OR v.organization_id = o.id
  AND (%(ids)s::bigint[] IS NULL OR o.id = ANY(%(ids)s))
  AND (o.parent_id IS DISTINCT FROM v.parent_id OR o.province_id IS DISTINCT FROM v.province_id)
"""


def project_versions(ids: list[int] | None = None, on: date | None = None) -> int:
    """Bring the columns "as of today" of bodies (all, or `ids`) in line with their versions; returns how many changed.

    The latest version that has begun counts; a body whose last version has ended is closed, one that has not begun
    yet too. Runs after each change of versions and every night, because dates come by themselves.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PROJECT, {"on": on or clock.today(), "ids": ids})
        return cursor.rowcount


@transaction.atomic
def create_organization(
    *,
    code: str,
    name: str,
    kind: str,
    parent: Organization | None,
    scope: Scope | None,
    valid_from: date | None = None,
    **described: Any,
) -> Organization:
    """A new body under `parent`, with its first version. `described`: province_id, levels, disadvantaged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('organizations_organization', 'id'))")
        (pk,) = cursor.fetchone()
    path = f"{parent.path}.{pk}" if parent else str(pk)
    body = Organization.objects.create(id=pk, code=code, name=name, kind_id=kind, parent=parent, path=path, **described)
    OrganizationVersion.objects.create(
        organization=body,
        name=name,
        parent=parent,
        path=path,
        validity=DateRange(valid_from, None),
        **described,
    )
    audit.record("organization.create", scope=scope, target=body, organization_id=pk)
    return body


@transaction.atomic
def describe_organization(
    pk: int, *, on: date, levels: Sequence[str], disadvantaged: bool, scope: Scope
) -> Organization:
    """Levels of schooling and "vùng khó khăn" of a body from a day on; what was before stays."""
    body: Organization = Organization.objects.select_for_update(of=("self",)).fetch(scope, P.ORGANIZATION_MANAGE, pk=pk)
    version = body.versions.filter(validity__contains=on).first()
    if version is None:
        raise RuleViolation("ORG-07", _("Đơn vị không hoạt động vào ngày này. Chọn ngày khác."), "on")
    if version.validity.lower != on:
        _cut(version, on)
    body.versions.filter(validity__fully_gt=DateRange(None, on)).update(
        levels=list(levels), disadvantaged=disadvantaged
    )
    project_versions([pk])
    audit.record("organization.describe", scope=scope, target=body, organization_id=pk)
    return body


def _cut(version: OrganizationVersion, on: date) -> None:
    """End a version on a day and begin an equal one there."""
    until, version.validity = version.validity.upper, DateRange(version.validity.lower, on)
    version.save(update_fields=["validity"])
    version.pk, version.validity = None, DateRange(on, until)
    version.save(force_insert=True)
