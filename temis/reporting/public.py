"""What of a version may be public: its figures with small cells hidden, in the light of all that is public already."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from temis.reporting import counting, proof
from temis.reporting.cube import Cube
from temis.reporting.documents import document_of, tables_of, template_of
from temis.reporting.enums import PUBLISHED_STATES
from temis.reporting.models import ReportVersion
from temis.reporting.render import json
from temis.reporting.suppression import THRESHOLD, Change, Published, Surroundings, TablesDisagree, suppress
from temis.reporting.tables import TableResult, compute

REST = "rest"  # the provinces of a national report that have published nothing, as one population
Tables = Sequence[TableResult]


def public_json(version: ReportVersion) -> str:
    """RPT-10. Nothing where the tables do not add up: such a version is not frozen either (RPT-05)."""
    try:
        hidden = suppress(template_of(version), tables_of(version), THRESHOLD, surroundings(version))
    except TablesDisagree:
        return ""
    return json.render(document_of(version, hidden, hidden_below=THRESHOLD)).decode()


def surroundings(version: ReportVersion) -> Surroundings | None:
    """The published reports that say something of the same people: earlier versions, those of the country and, as soon
    as there is one of the country, those of all provinces. None where there is nothing of that kind."""
    others = list(_others(version))
    if not others:
        return None
    return _Country(version, others).surroundings()


def published_beside(version: ReportVersion) -> set[int]:
    """What the hiding of small cells takes into account."""
    return {each.pk for each in _others(version)}


def _others(version: ReportVersion) -> Iterator[ReportVersion]:
    """Of the same period, template and map: only then two figures are about the same groups."""
    found = ReportVersion.objects.filter(
        report__period_id=version.report.period_id,
        template_id=version.template_id,
        map=version.map,
        state__in=PUBLISHED_STATES,
    ).exclude(pk=version.pk)
    known = list(found.select_related("report__province", "report__period", "template").order_by("number"))
    national = version.report.province_id is None or any(each.report.province_id is None for each in known)
    return (each for each in known if national or each.report_id == version.report_id)


class _Country:
    """Every version with the populations it adds up: a province's own, or for the country one for each province whose
    report is public, and the rest."""

    def __init__(self, version: ReportVersion, others: list[ReportVersion]) -> None:
        self.version = version
        self.of_province: dict[str, list[ReportVersion]] = defaultdict(list)
        self.national: list[ReportVersion] = []
        for each in (*others, version):
            code = each.report.province_id
            (self.national if code is None else self.of_province[code]).append(each)
        self.full: dict[str, Tables] = {}
        self.parts: dict[int, dict[str, str]] = {}
        self.published = others

    def surroundings(self) -> Surroundings:
        for code, versions in self.of_province.items():
            for each in versions:
                self.parts[each.pk] = {code: self._keep(f"{code}/{each.number}", tables_of(each))}
        for each in self.national:
            self.parts[each.pk] = dict(self._national_parts(each))
        return Surroundings(
            own=self._keys(self.version),
            full=self.full,
            published=tuple(Published(self._keys(each), tables_of(each, public=True)) for each in self.published),
            changes=tuple(self._changes()),
        )

    def _keys(self, version: ReportVersion) -> tuple[str, ...]:
        return tuple(self.parts[version.pk].values())

    def _keep(self, key: str, tables: Tables) -> str:
        self.full[key] = tables
        return key

    def _national_parts(self, version: ReportVersion) -> Iterator[tuple[str, str]]:
        """Province → population: that of a published version where it counts the same, else one of its own."""
        template = template_of(version)
        cubes = cubes_by_province(version)
        rest = [code for code in cubes if code not in self.of_province]
        for code in self.of_province:
            tables = compute(template, cubes.get(code, Cube(())))
            same = next((each for each in self.of_province[code] if tables_of(each) == tables), None)
            key = f"{code}/{same.number}" if same else self._keep(f"vn{version.number}/{code}", tables)
            yield code, key
        if rest:
            together = Cube(count for code in rest for count in cubes[code].counts())
            yield REST, self._keep(f"vn{version.number}/{REST}", compute(template, together))

    def _changes(self) -> Iterator[Change]:
        """The same people at two times: versions of one report, and a province in its own report and the country's."""
        for versions in (*self.of_province.values(), self.national):
            for before, after in pairwise(versions):
                if self._keys(before) != self._keys(after):
                    yield Change(self._keys(before), self._keys(after))
        for each in self.national:
            for code, key in self.parts[each.pk].items():
                if code in self.of_province and key.startswith("vn"):
                    yield Change(self._keys(self.of_province[code][-1]), (key,))


def cubes_by_province(version: ReportVersion) -> dict[str, Cube]:
    """The people of a national version, province by province."""
    proof.count_version(version)
    return counting.counted_cubes()
