"""STD-03. What a person was appraised against stays as it was: PostgreSQL refuses changes to a locked edition.

Wording (names, descriptors, notes, the mark "verified") and the end of validity may still be put right; what decides a
classification may not, and neither may the lock be taken away.
"""

import pgtrigger

_RULE_COLUMNS = ("code", "subject", "document", "effective_from", "locked_at")
_REFUSE = "RAISE EXCEPTION 'STD-03: edition % is in use', {code} USING ERRCODE = 'integrity_constraint_violation';"


def _changed(*columns: str) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


EDITION_TRIGGERS = [
    pgtrigger.Trigger(
        name="locked_edition_keeps_rule",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"OLD.locked_at IS NOT NULL AND {_changed(*_RULE_COLUMNS)}"),
        func=_REFUSE.format(code="OLD.code"),
    ),
    pgtrigger.Trigger(
        name="locked_edition_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        condition=pgtrigger.Condition("OLD.locked_at IS NOT NULL"),
        func=_REFUSE.format(code="OLD.code"),
    ),
]


def guarded_child(*rule_columns: str) -> pgtrigger.Trigger:
    """A part of an edition: none is added, removed or moved once the edition is locked.

    With `rule_columns`, an update is refused only where one of them changes; without, every update is. The edition's
    row is share-locked, so that a lock given at the same moment waits for the change or is seen by it.
    """
    wording_only = f"IF TG_OP = 'UPDATE' AND NOT {_changed('edition_id', *rule_columns)} THEN RETURN NEW; END IF;"
    return pgtrigger.Trigger(
        name="locked_edition_keeps_parts",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("locked_code", "text")],
        func=f"""
            {wording_only if rule_columns else ""}
            PERFORM 1 FROM standards_edition WHERE id IN (OLD.edition_id, NEW.edition_id) FOR SHARE;
            SELECT code INTO locked_code FROM standards_edition
             WHERE id IN (OLD.edition_id, NEW.edition_id) AND locked_at IS NOT NULL;
            IF FOUND THEN {_REFUSE.format(code="locked_code")} END IF;
            RETURN COALESCE(NEW, OLD);
        """,
    )
