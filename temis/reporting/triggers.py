"""RPT-08. What is frozen keeps its figures, what is published never changes: held by PostgreSQL."""

import pgtrigger

_REFUSE = "RAISE EXCEPTION '{rule}: {what}' USING ERRCODE = 'integrity_constraint_violation';"

# What freezing fixes: the figures and where they come from.
_FIGURES = (
    "report_id", "number", "template_id", "map", "extracted_at", "extracted_by_id", "extracted_by_name", "data_hash",
    "report_json", "public_json", "teachers", "teachers_completed", "managers", "managers_completed", "excluded",
    "without_level", "frozen_at", "frozen_by_id",
)  # fmt: skip
# What publication fixes besides.
_PUBLISHED = (
    "submitted_at", "submitted_by_id", "approved_at", "approved_by_id", "published_at", "published_by_id",
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


def _counted(operation: pgtrigger.core.Operation, rows: str, referencing: pgtrigger.Referencing) -> pgtrigger.Trigger:
    """One check per statement: a version has up to a million rows."""
    return pgtrigger.Trigger(
        name=f"frozen_rows_stay_{rows}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=f"""
            IF EXISTS (SELECT FROM reporting_reportversion v
                       WHERE v.frozen_at IS NOT NULL AND v.id IN (SELECT DISTINCT version_id FROM {rows})) THEN
                {_refuse("a frozen version keeps its people")}
            END IF;
            RETURN NULL;
        """,
    )


COUNTED_TRIGGERS = [
    pgtrigger.Protect(name="counted_never_changed", operation=pgtrigger.Update),
    _counted(pgtrigger.Insert, "new_rows", pgtrigger.Referencing(new="new_rows")),
    _counted(pgtrigger.Delete, "old_rows", pgtrigger.Referencing(old="old_rows")),
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
