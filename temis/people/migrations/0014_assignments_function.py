"""As what a user may act, for every page: to plan the view takes longer than to read it, so the plan is kept."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION people_assignments_of(of_user bigint)
RETURNS TABLE (person_id bigint, body_name varchar, id text, user_id bigint, role varchar,
               organization_id bigint, path ltree, group_id bigint, delegation_id bigint,
               permissions varchar[], until date)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    SELECT p.id, o.name, a.id::text, a.user_id, a.role::varchar, a.organization_id, a.path, a.group_id, a.delegation_id,
           a.permissions, a.until
    FROM people_role_assignment a
    JOIN organizations_organization o ON o.id = a.organization_id
    LEFT JOIN people_person p ON p.user_id = of_user
    WHERE a.user_id = of_user;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0013_assignments_of_one"), ("organizations", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION people_assignments_of(bigint)")]
