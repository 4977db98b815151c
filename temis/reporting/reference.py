"""Loads templates and recipients after each `temis migrate`: law as data, the same as often as it is loaded.

What an installation changed itself (an address, a recipient that ended) is never touched.
"""

import hashlib
import json
from collections.abc import Collection
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connections

from temis.core import clock
from temis.organizations.models import Province
from temis.reporting.models import Recipient, ReportDeadlines, ReportTemplate
from temis.reporting.template import DATA, Template, builtin_template_codes

EFFECTIVE_YEARS = {"temis-2020": 2020}


def load_reference(*, using: str = "default", **_: Any) -> None:
    tables = set(connections[using].introspection.table_names())
    if not {ReportTemplate._meta.db_table, Recipient._meta.db_table, Province._meta.db_table} <= tables:
        return
    for code in builtin_template_codes():
        keep_template((DATA / f"{code}.json").read_text(encoding="utf-8"), EFFECTIVE_YEARS.get(code, 2020))
    for row in json.loads((DATA / "recipients.json").read_text(encoding="utf-8")):
        Recipient.objects.get_or_create(province=None, name=row.pop("name"), effective_from=None, defaults=row)
    _load_universities()


def keep_template(content: str, effective_year: int, **by: Any) -> tuple[ReportTemplate, bool]:
    """The row of this content, and whether it is new."""
    template = Template.model_validate_json(content)
    values = {
        "code": template.code,
        "edition": template.edition,
        "content": content,
        "effective_year": effective_year,
        "loaded_at": clock.now(),
    }
    digest = hashlib.sha256(content.encode()).hexdigest()
    return ReportTemplate.objects.get_or_create(sha256=digest, defaults=values | by)


def template_for(year: int) -> ReportTemplate | None:
    """The template of reports of a year: of those in use by then the latest."""
    known = ReportTemplate.objects.filter(effective_year__lte=year)
    return known.order_by("-effective_year", "-edition", "-pk").first()


@cache
def parsed(content: str) -> Template:
    """A template's content never changes, so it is read once."""
    return Template.model_validate_json(content)


def _load_universities() -> None:
    """Who was seen to be allocated to which province (13 of 63); addresses are not known."""
    path = Path(__file__).parents[1] / "organizations" / "data" / "provinces.json"
    known = set(Province.objects.values_list("code", flat=True))
    for row in json.loads(path.read_text(encoding="utf-8"))["provinces"]:
        if row.get("university") and row["code"] in known:
            Recipient.objects.get_or_create(
                province_id=row["code"],
                name=row["university"],
                effective_from=None,
                defaults={"kind": "UNIVERSITY", "order": 30, "document": "", "verified": False},
            )


@cache
def _deadline_data() -> dict[str, Any]:
    return json.loads((DATA / "deadlines.json").read_text(encoding="utf-8"))


def deadlines_for(year: int) -> ReportDeadlines:
    """Those set for the year, else those of the letter carried over (not saved, not verified)."""
    return deadlines_of([year])[year]


def deadlines_of(years: Collection[int]) -> dict[int, ReportDeadlines]:
    """As `deadlines_for`, of several years by one query."""
    known = {days.year: days for days in ReportDeadlines.objects.filter(year__in=years)}
    return {year: known.get(year) or default_deadlines(year) for year in years}


def default_deadlines(year: int) -> ReportDeadlines:
    """The days that the letter names, in the year of the report and the one after it."""
    data = _deadline_data()
    days = {
        name: date(year + data[name]["years_later"], data[name]["month"], data[name]["day"])
        for name in ("extract_by", "publish_by", "send_by")
    }
    return ReportDeadlines(year=year, document=data["document"], verified=year in data["stated_years"], **days)
