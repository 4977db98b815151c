"""RPT-08. What is frozen keeps its figures, what is published never changes: held by PostgreSQL."""

import pgtrigger

_REFUSE = "RAISE EXCEPTION '{rule}: {what}' USING ERRCODE = 'integrity_constraint_violation';"

# What freezing fixes: the figures and where they come from.
_FIGURES = (
    "report_id", "number", "template_id", "map", "extracted_at", "extracted_by_id", "extracted_by_name", "data_hash",
    "snapshot", "bodies", "report_json", "teachers", "teachers_completed", "managers", "managers_completed", "excluded",
    "without_level", "frozen_at", "frozen_by_id",
)  # fmt: skip
# What publication fixes besides.
_PUBLISHED = (
    "submitted_at", "submitted_by_id", "approved_at", "approved_by_id", "published_at", "published_by_id",
    "public_json",
)  # fmt: skip


def _changed(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


def _refuse(what: str) -> str:
    return _REFUSE.format(rule="RPT-08", what=what)


VERSION_TRIGGERS = [
    pgtrigger.Trigger(
        name="frozen_version_keeps_figures",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"OLD.frozen_at IS NOT NULL AND {_changed(_FIGURES)}"),
        func=_refuse("a frozen version keeps its figures"),
    ),
    pgtrigger.Trigger(
        name="published_version_never_changes",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.published_at IS NOT NULL AND "
            f"({_changed(_PUBLISHED)} OR NEW.state NOT IN ('PUBLISHED', 'SENT') "
            f"OR OLD.sent_at IS NOT NULL AND {_changed(('sent_at', 'sent_by_id'))})"
        ),
        func=_refuse("a published version never changes"),
    ),
    pgtrigger.Trigger(
        name="frozen_version_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        condition=pgtrigger.Condition("OLD.frozen_at IS NOT NULL"),
        func=_refuse("a frozen version stays"),
    ),
]


# The snapshots that frozen versions stand on.
_FROZEN = """
    SELECT r.period_id, v.snapshot FROM reporting_reportversion v JOIN reporting_report r ON r.id = v.report_id
    WHERE v.frozen_at IS NOT NULL
"""
_LAST_FROZEN = f"SELECT period_id, max(snapshot) AS snapshot FROM ({_FROZEN}) f GROUP BY period_id"


def _facts(name: str, operation: pgtrigger.core.Operation, rows: str, last: str, broken: str) -> pgtrigger.Trigger:
    """One check per statement: a refresh writes up to a million rows."""
    sides = {"new_rows": pgtrigger.Referencing(new="new_rows"), "old_rows": pgtrigger.Referencing(old="old_rows")}
    both = pgtrigger.Referencing(old="old_rows", new="new_rows")
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=both if operation == pgtrigger.Update else sides[rows],
        func=f"""
            IF EXISTS (SELECT FROM {rows} p JOIN ({last}) f ON f.period_id = p.period_id WHERE {broken}) THEN
                {_refuse("a frozen version keeps its people")}
            END IF;
            RETURN NULL;
        """,
    )


# How people counted in a frozen version stays: rows begin after its snapshot, end after it, and are not deleted.
FACT_TRIGGERS = [
    pgtrigger.Trigger(
        name="facts_only_end",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "ROW(OLD.person_id, OLD.period_id, OLD.organization_id, OLD.since, OLD.kind_id, OLD.outcome, OLD.subject, "
            "OLD.levels) IS DISTINCT FROM ROW(NEW.person_id, NEW.period_id, NEW.organization_id, NEW.since, "
            "NEW.kind_id, NEW.outcome, NEW.subject, NEW.levels) OR OLD.until <> 2147483647"
        ),
        func=_refuse("facts never change"),
    ),
    _facts("facts_begin_after", pgtrigger.Insert, "new_rows", _LAST_FROZEN, "p.since <= f.snapshot"),
    _facts("facts_end_after", pgtrigger.Update, "new_rows", _LAST_FROZEN, "p.until <= f.snapshot"),
    _facts("facts_stay", pgtrigger.Delete, "old_rows", _FROZEN, "p.since <= f.snapshot AND f.snapshot < p.until"),
]

_LETTERHEAD = (
    "version_id", "parent_body", "issuing_body", "symbol", "place", "authority", "signer_title", "signer_name",
    "recipients",
)  # fmt: skip

# RPT-07. Words and letterhead change only while the officer works on the version.
WORDS_TRIGGERS = [
    pgtrigger.Trigger(
        name="words_stay_from_submission",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF EXISTS (SELECT FROM reporting_reportversion v
                       WHERE v.id IN (OLD.version_id, NEW.version_id)
                         AND v.state NOT IN ('EXTRACTED', 'FROZEN', 'RETURNED')) THEN
                {_REFUSE.format(rule="RPT-07", what="a submitted version keeps its words")}
            END IF;
            RETURN COALESCE(NEW, OLD);
        """,
    )
]

# Number and date are given by the registry of the body when the approved report is issued.
LETTERHEAD_TRIGGERS = [
    pgtrigger.Trigger(
        name="letterhead_stays_from_submission",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("state", "text")],
        func=f"""
            SELECT v.state INTO state FROM reporting_reportversion v WHERE v.id IN (OLD.version_id, NEW.version_id);
            IF state IN ('PUBLISHED', 'SENT') OR state IN ('SUBMITTED', 'APPROVED') AND
               (TG_OP <> 'UPDATE' OR {_changed(_LETTERHEAD)}) THEN
                {_REFUSE.format(rule="RPT-07", what="a submitted version keeps its letterhead")}
            END IF;
            RETURN COALESCE(NEW, OLD);
        """,
    )
]
