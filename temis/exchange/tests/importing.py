"""Imports in tests: rows into a file, the file through `temis import` or through the reach of somebody."""

from django.db import transaction

from temis.exchange import engine
from temis.exchange.cli import run_import
from temis.exchange.columns import PERMISSIONS
from temis.exchange.models import ImportBatch
from temis.exchange.reach import reach_of
from temis.exchange.summary import collect_problems
from temis.exchange.tests import files


def import_staff(tmp_path, *rows, **options):
    return run_import("staff", files.write_csv(tmp_path / "staff.csv", files.STAFF, rows), **options)


def import_organizations(tmp_path, *rows, **options):
    path = files.write_csv(tmp_path / "organizations.csv", files.ORGANIZATIONS, rows)
    return run_import("organizations", path, **options)


def import_results(tmp_path, *rows, standard="GVPT-20/2018", year=2020, headings=files.RESULTS, **options):
    path = files.write_csv(tmp_path / "results.csv", headings, rows)
    return run_import("results", path, year=year, standard=standard, **options)


def problems(summary):
    """(row, column, what is said) of all problems."""
    return [(p.row, p.column, p.message) for p in summary.problems]


@transaction.atomic
def import_as(scope, kind, tmp_path, headings, *rows, edition=None, year=None):
    """What the pages do, without the queue: returns the batch and its problems; loads where there are none."""
    path = files.write_csv(tmp_path / f"{kind}.csv", headings, rows)
    batch = ImportBatch.objects.create(
        kind=kind,
        organization_id=scope.unit_id,
        assignment_id=scope.assignment_id,
        created_by_id=scope.user_id,
        file_name=path.name,
        file_size=path.stat().st_size,
        sha256="0" * 64,
        created_at=engine.clock.now(),
        edition=edition,
        year=year,
    )
    reach = reach_of(scope, PERMISSIONS[kind])
    engine.read_and_check(batch, path, reach)
    found = [(p.row, p.column, p.message) for p in collect_problems(batch, engine.layout_for(batch))]
    if not batch.rejected_count:
        engine.load(batch, reach, scope=scope)
    return batch, found
