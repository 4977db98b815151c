"""What stands in each form: pure functions from what was read to a `Form`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localtime

from temis.appraisals.aggregates import Aggregate, CriterionOpinions
from temis.appraisals.models import Appraisal
from temis.appraisals.prints.document import Cell, Form, Passage, Signature, Table
from temis.appraisals.prints.words import WORDS, caveats, fact_names, family, form_words
from temis.appraisals.queries.self_assessment import SelfSheet
from temis.appraisals.rules import is_decided
from temis.standards.enums import Level
from temis.standards.queries import EditionSheet, SheetCriterion

LEVEL_WIDTH = "10mm"


def self_form(sheet: SelfSheet, *, subject_taught: str = "") -> Form:
    """Biểu mẫu 01: the self-assessment, with its evidence and its words."""
    appraisal = sheet.appraisal
    evidence = {row.criterion.number: "; ".join(item.title for item in row.evidence) for row in sheet.rows}
    found = sheet.explanation
    draft = sheet.draft
    words = [
        _passage(draft, "strengths", section=WORDS["sections"]["comment"]),
        _passage(draft, "improvements"),
        _passage(draft, "goals", section=WORDS["sections"]["plan"]),
        *(_passage(draft, name) for name in ("wishes", "schedule", "conditions")),
        Passage(WORDS["passages"]["result"], str(found.level.label) if found else ""),
    ]
    return Form(
        **_frame(appraisal, "self"),
        facts=_facts(appraisal, "self", subject_taught),
        table=_levels_table(sheet.edition, sheet.levels, last=(WORDS["evidence"], evidence)),
        passages=words,
        place_date=spoken_date(appraisal.submitted_at),
        signatures=_signed(appraisal.subject, "self", appraisal.person.full_name),
        notes=[*_unsent(sheet), *caveats(appraisal.subject)],
    )


def opinion_form(edition: EditionSheet, subject: str, *, name: str = "", body: str = "", parent: str = "") -> Form:
    """Biểu mẫu 02, to be filled in by hand: no name of the one who fills it in."""
    words = form_words(subject, "opinion")
    nothing: Sequence[int | None] = [None] * len(edition.criteria)
    return Form(
        number=words["number"],
        title=words["title"],
        subtitle=family(subject)["circular"],
        parent_body=parent,
        body=body or "………………………",
        facts=[(WORDS["facts"][fact], name if fact == "ratee" else "") for fact in fact_names(subject, "opinion")],
        table=_levels_table(edition, nothing),
        passages=[Passage(WORDS["passages"]["remarks"], "")],
        notes=[WORDS["anonymous"], *caveats(subject)],
    )


def opinions_form(appraisal: Appraisal, edition: EditionSheet, sums: Aggregate) -> Form:
    """The sums of the opinions on one person: how many named each level; never below three."""
    notes = [WORDS["anonymous"], *caveats(appraisal.subject)]
    if not sums.is_shown:
        notes.insert(0, WORDS["hidden"].format(reason=sums.hidden))
    remarks = [Passage(WORDS["passages"]["remarks"], "; ".join(sums.remarks))] if sums.remarks else []
    overall = (
        [Cell(WORDS["columns"]["overall"], align="left", bold=True), *_counts(sums.overall)] if sums.overall else []
    )
    counts = {one.number: _counts(sum_) for one, sum_ in zip(edition.criteria, sums.criteria, strict=False)}
    table = _criteria_table(edition, lambda one: counts.get(one.number, [Cell()] * len(Level)))
    rows = [*table.rows, *([overall] if overall else [])]
    return Form(
        **_frame(appraisal, "opinions"),
        facts=[*_facts(appraisal, "opinions"), (WORDS["facts"]["count"], str(sums.given))],
        table=Table(table.widths, table.head, rows),
        passages=remarks,
        notes=notes,
    )


def result_form(appraisal: Appraisal, edition: EditionSheet, sentences: Sequence[str], signer: str) -> Form:
    """The head's decision on one person (for managers Biểu mẫu 04 of CV 4529)."""
    levels: Sequence[int | None] = appraisal.decided_levels or [None] * len(edition.criteria)
    overall = Level(appraisal.decided_overall or 0).label if appraisal.decided_overall is not None else ""
    delegated = [WORDS["delegated"]] if appraisal.decided_under_id else []
    return Form(
        **_frame(appraisal, "result"),
        facts=_facts(appraisal, "result"),
        table=_levels_table(edition, levels),
        passages=[
            Passage(WORDS["passages"]["result"], " ".join([str(overall) + ".", *sentences[1:]])),
            Passage(WORDS["passages"]["note"], appraisal.decision_note or "–"),
        ],
        place_date=spoken_date(appraisal.decided_on),
        signatures=_signed(appraisal.subject, "result", signer, seal=True),
        notes=[*delegated, *caveats(appraisal.subject)],
    )


def group_form(
    members: Sequence[Appraisal], sheet: EditionSheet, sums: Mapping[int, Aggregate], *, name: str, signer: str = ""
) -> Form:
    """Biểu mẫu 03: what the group says about each of its members, the level in the middle for each criterion."""
    first, total = members[0], len(sheet.criteria)
    hidden = [WORDS["blank_group"]] if any(not _shown(sums.get(one.pk)) for one in members) else []
    return Form(
        **_frame(first, "group"),
        facts=[(WORDS["facts"]["group"], name), (WORDS["facts"]["school_year"], first.period.school_year)],
        table=Table(
            ["8mm", "1fr", *["9mm"] * total, "15mm"],
            _people_head(sheet, [WORDS["columns"]["name"]], [WORDS["columns"]["asked"]]),
            [_group_line(place, one, sums.get(one.pk), total) for place, one in enumerate(members, 1)],
        ),
        place_date=WORDS["blank_date"],
        signatures=_signed(first.subject, "group", signer),
        notes=[*hidden, WORDS["anonymous"], *caveats(first.subject)],
        landscape=True,
    )


def head_form(people: Sequence[Appraisal], sheet: EditionSheet, *, signer: str = "") -> Form:
    """Biểu mẫu 04 (05 for managers): the head's levels and overall level of everybody, beside the self-assessment."""
    first, total, columns = people[0], len(sheet.criteria), WORDS["columns"]
    schools = len({one.organization_id for one in people}) > 1
    names, widths = ["name"], ["1fr"]
    if schools:
        names, widths = ["name", "school"], ["1fr", "1.2fr"]
    return Form(
        **_frame(first, "head", of_decider=True),
        facts=[(WORDS["facts"]["school_year"], first.period.school_year)],
        table=Table(
            ["8mm", *widths, *["7.5mm" if schools else "9mm"] * total, "17mm", "14mm"],
            _people_head(sheet, [columns[name] for name in names], [columns["self"], columns["head"]]),
            [_head_line(place, one, total, with_school=schools) for place, one in enumerate(people, 1)],
        ),
        place_date=WORDS["blank_date"],
        signatures=_signed(first.subject, "head", signer, seal=True),
        notes=caveats(first.subject),
        landscape=True,
    )


def spoken_date(day: date | datetime | None) -> str:
    """A zero before days under 10 and months under 3 (NĐ 30/2020)."""
    if day is None:
        return str(WORDS["blank_date"])
    on = localtime(day).date() if isinstance(day, datetime) else day
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return str(WORDS["date"].format(day=f"{on.day:02}", month=month, year=on.year))


def _frame(appraisal: Appraisal, kind: str, of_decider: bool = False) -> dict[str, Any]:
    words = form_words(appraisal.subject, kind)
    body = appraisal.decided_in if of_decider else appraisal.organization
    return {
        "number": words["number"],
        "title": words["title"],
        "subtitle": family(appraisal.subject)["circular"],
        "parent_body": body.parent.name if body.parent else "",
        "body": body.name,
    }


def _facts(appraisal: Appraisal, kind: str, subject_taught: str = "") -> list[tuple[str, str]]:
    """What the form asks for; a class is not known here and is written in by hand."""
    body = appraisal.organization
    known = {
        "name": appraisal.person.full_name,
        "position": str(appraisal.get_position_display()),
        "school": body.name,
        "school_year": appraisal.period.school_year,
        "subject": subject_taught or None,
        "group": appraisal.group.name if appraisal.group else None,
        "homeroom": "",
        "levels": body.level_names,
        "province": body.province.name if body.province else None,
    }
    asked = ((WORDS["facts"][name], known[name]) for name in fact_names(appraisal.subject, kind))
    return [(label, text) for label, text in asked if text is not None]


def _unsent(sheet: SelfSheet) -> list[str]:
    """Why a form holds no self-assessment that was sent: it is being written, or there never was one."""
    if sheet.appraisal.submitted_at:
        return []
    return [WORDS["not_sent" if any(level is not None for level in sheet.levels) else "no_self"]]


def _passage(draft: object, name: str, section: str = "") -> Passage:
    return Passage(WORDS["passages"][name], getattr(draft, name, ""), section)


def _signed(subject: str, kind: str, name: str, *, seal: bool = False) -> list[Signature]:
    role = form_words(subject, kind)["signer"]
    return [Signature(role, WORDS["seal_hint" if seal else "sign_hint"], name)] if role else []


def _levels_table(
    edition: EditionSheet, levels: Sequence[int | None], last: tuple[str, dict[int, str]] | None = None
) -> Table:
    """Criteria with a tick at the level of each; `last` is the title and the texts of one more column."""
    level = dict(zip(edition.rule.criteria, levels, strict=True))

    def cells(one: SheetCriterion) -> list[Cell]:
        ticks = [Cell(tick=level[one.number] == rank) for rank in Level]
        return [*ticks, Cell(last[1].get(one.number, ""), align="left")] if last else ticks

    return _criteria_table(edition, cells, last[0] if last else "")


def _criteria_table(edition: EditionSheet, cells: Callable[[SheetCriterion], list[Cell]], last: str = "") -> Table:
    head = [Cell(WORDS["criterion"], rowspan=2), Cell(WORDS["levels"], colspan=len(Level))]
    rows: list[list[Cell]] = []
    for standard in edition.standards:
        rows.append([Cell(f"{WORDS['standard']} {standard.number}. {standard.name}")])
        for one in standard.criteria:
            key = " ●" if one.is_key else ""
            rows.append([Cell(f"{one.number}. {one.name}{key}", align="left"), *cells(one)])
    return Table(
        ["1.6fr", *[LEVEL_WIDTH] * len(Level), *(["1.2fr"] if last else [])],
        [[*head, *([Cell(last, rowspan=2)] if last else [])], [Cell(letter) for letter in WORDS["letters"]]],
        rows,
    )


def _people_head(sheet: EditionSheet, before: Sequence[str], after: Sequence[str]) -> list[list[Cell]]:
    """Two lines: a title over the numbers of all criteria, the columns of the person beside them."""
    numbers = [Cell(f"{one.number}{'●' if one.is_key else ''}") for one in sheet.criteria]
    over = Cell(WORDS["columns"]["criteria"], colspan=len(numbers))
    tall = [Cell(text, rowspan=2) for text in (WORDS["columns"]["number"], *before)]
    return [[*tall, over, *(Cell(text, rowspan=2) for text in after)], numbers]


def _counts(sums: CriterionOpinions) -> list[Cell]:
    return [Cell(str(number) if number else "") for number in sums.counts]


def _letters(levels: Iterable[int | None]) -> list[Cell]:
    return [Cell("" if level is None else Level(level).letters) for level in levels]


def _group_line(place: int, member: Appraisal, sums: Aggregate | None, total: int) -> list[Cell]:
    shown = _shown(sums)
    medians: Sequence[int | None] = sums.medians if sums and shown else [None] * total
    count = f"{sums.given}/{sums.asked}" if sums and not shown else str(sums.given if sums else "")
    return [Cell(str(place)), Cell(member.person.full_name, align="left"), *_letters(medians), Cell(count)]


def _shown(sums: Aggregate | None) -> bool:
    return sums is not None and sums.is_shown and bool(sums.criteria)


def _head_line(place: int, one: Appraisal, total: int, *, with_school: bool) -> list[Cell]:
    levels: Sequence[int | None] = (one.decided_levels if is_decided(one.state) else None) or [None] * total
    return [
        Cell(str(place)),
        Cell(one.person.full_name, align="left"),
        *([Cell(one.organization.name, align="left")] if with_school else []),
        *_letters(levels),
        *_letters([one.self_overall]),
        *(replace(cell, bold=True) for cell in _letters([one.decided_overall])),
    ]
