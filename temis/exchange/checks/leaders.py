"""PPL-10 for a file of staff: who would lead which group, and since when; a group has one leader at a time.

Somebody who led a group until some past day has handed it over to whoever leads it longer: that one leads it since
then. All others of one group must not lead it at the same time.
"""

# text: data

# Rows of the file that take effect on a leader: a rejected row leaves in the database what is there.
_TAKING_EFFECT = """
    SELECT r.number FROM {rows} r
    WHERE NOT EXISTS (SELECT FROM exchange_importproblem x
                      WHERE x.batch_id = %(batch)s AND x.number = r.number AND NOT x.is_warning)
"""

# Whom the file names, and whom the database names and the file leaves as he is (up to the day on which he goes).
_LEADERS = f"""
CREATE TEMP TABLE staff_leader ON COMMIT DROP AS
WITH effective AS ({_TAKING_EFFECT}), told AS (
    SELECT r.number, e.id AS employment_id, r.organization_id, r.within, coalesce(r.group_name, g.name) AS group_name,
           CASE WHEN e.id IS NULL THEN r.during
                ELSE daterange(coalesce(r.valid_from, p.began),
                               CASE WHEN r.valid_to IS NULL THEN p.ended ELSE r.valid_to + 1 END) END AS during,
           coalesce(e.leads_group AND lower(g.name) = lower(coalesce(r.group_name, g.name)), false) AS led,
           r.leads_group AS ticked, e.leads_since
    FROM {{rows}} r
    LEFT JOIN staff_plan p USING (number)
    LEFT JOIN people_employment e ON e.id = p.employment_id AND NOT p.breaks
    LEFT JOIN people_subjectgroup g ON g.id = e.group_id
    WHERE r.organization_id IS NOT NULL
), named AS (
    SELECT * FROM told
    WHERE CASE WHEN %(has_leader)s THEN ticked AND group_name IS NOT NULL ELSE led END
), standing AS (
    SELECT e.id, g.organization_id, g.name, e.validity, e.leads_since
    FROM people_employment e JOIN people_subjectgroup g ON g.id = e.group_id
    WHERE e.leads_group
      AND (g.organization_id, lower(g.name)) IN (SELECT organization_id, lower(group_name) FROM named)
      AND NOT EXISTS (SELECT FROM staff_plan p JOIN effective USING (number)
                      WHERE p.employment_id = e.id AND NOT p.breaks)
), ending AS (
    SELECT employment_id AS id, min(day) AS day FROM (
        SELECT p.employment_id, r.valid_from AS day FROM staff_plan p JOIN {{rows}} r USING (number) WHERE p.breaks
           AND p.number IN (SELECT number FROM effective)
        UNION ALL
        SELECT t.employment_id, t.valid_from FROM staff_transfer t JOIN effective USING (number)
    ) ends GROUP BY 1
), leader AS (
    SELECT number, employment_id, organization_id, within, group_name, lower(group_name) AS group_key, during, led,
           leads_since FROM named
    UNION ALL
    SELECT NULL, s.id, s.organization_id, true, s.name, lower(s.name),
           CASE WHEN e.day IS NULL THEN s.validity ELSE s.validity * daterange(NULL, e.day) END, true, s.leads_since
    FROM standing s LEFT JOIN ending e USING (id)
), handed AS (
    SELECT l.number, max(upper(o.during)) AS day
    FROM leader l JOIN leader o USING (organization_id, group_key)
    WHERE NOT l.led AND o.during && l.during AND upper(o.during) <= %(today)s
      AND upper(o.during) < coalesce(upper(l.during), 'infinity')
    GROUP BY l.number
)
SELECT l.number, l.employment_id, l.organization_id, l.within, l.group_name, l.group_key, l.during,
       CASE WHEN l.led THEN l.leads_since ELSE h.day END AS since
FROM leader l LEFT JOIN handed h USING (number)
"""


def prepare(rows: str) -> tuple[str, ...]:
    """Who leads which group once these rows (`staff_row`, `good_row`) are loaded: the table `staff_leader`."""
    return ("DROP TABLE IF EXISTS staff_leader", _LEADERS.replace("{rows}", rows), "ANALYZE staff_leader")


# Said once of each row; found anew until nothing is added, for a rejected row leaves its group to whoever leads it.
TWO_LEADERS = """
SELECT DISTINCT ON (m.number, o.number IS NULL) m.number, 'leads_group',
       CASE WHEN o.number IS NULL THEN 'two_leaders' ELSE 'two_leaders_in_file' END, 'x',
       jsonb_build_object('group', m.group_name, 'other', coalesce(o.number::text, p.full_name))
FROM staff_leader m
JOIN staff_leader o ON o.organization_id = m.organization_id AND o.group_key = m.group_key
     AND (o.number < m.number OR o.number IS NULL)
     AND (m.during * daterange(m.since, NULL)) && (o.during * daterange(o.since, NULL))
LEFT JOIN people_employment e ON e.id = o.employment_id
LEFT JOIN people_person p ON p.id = e.person_id
WHERE m.number IS NOT NULL AND m.within
  AND NOT EXISTS (SELECT FROM exchange_importproblem x
                  WHERE x.batch_id = %(batch)s AND x.number = m.number
                    AND x.code = CASE WHEN o.number IS NULL THEN 'two_leaders' ELSE 'two_leaders_in_file' END)
ORDER BY m.number, o.number IS NULL, o.number, e.id
"""
