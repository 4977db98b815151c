"""The simulated country obeys the rules of the real one. The rules are asked, not repeated."""

import pytest
from django.db import connection

from temis.access import Role
from temis.appraisals.actions.participation import assign_deciders, enrol, follow_transfers
from temis.appraisals.models import Appraisal, Period
from temis.core import clock
from temis.core.models import AuditEntry
from temis.core.text import fold, sort_key
from temis.following.actions.counting import FULL_COUNT
from temis.following.models import COUNTS, KEYS
from temis.opinions.models import Asked, Ballot, OpinionTally
from temis.organizations.actions import project_versions
from temis.organizations.models import Organization, OrganizationVersion, Province, Reorganization
from temis.people.actions import project_people
from temis.people.models import Employment, Person, RoleAssignment
from temis.simulation.plan import REFORM
from temis.simulation.tests.conftest import NOW, PLAN, World, schema
from temis.standards.enums import Level
from temis.standards.models import Edition
from temis.standards.queries import edition_rule
from temis.standards.rules import overall_level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture(autouse=True)
def _now():
    with clock.hold(NOW):
        yield


def rows(query: str, **values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def test_country_has_exactly_the_people_asked_for_each_with_an_account_of_his_code():
    assert Person.objects.count() == PLAN.people
    assert rows(
        "SELECT count(*) FROM people_person p JOIN accounts_user u ON u.id = p.user_id AND u.username = p.code"
    ) == [(PLAN.people,)]


def test_every_overall_level_is_the_one_the_rule_gives():
    rules = {edition.pk: edition_rule(edition) for edition in Edition.objects.all()}
    columns = ("edition_id", "self_levels", "self_overall", "decided_levels", "decided_overall")
    wrong = [
        row
        for row in Appraisal.objects.values_list(*columns)
        for levels, overall in ((row[1], row[2]), (row[3], row[4]))
        if levels is not None and overall_level([Level(one) for one in levels], rules[row[0]]) != overall
    ]
    assert wrong == []


def test_all_levels_occur_among_the_results():
    found = Appraisal.objects.filter(subject="GVPT").values_list("decided_overall", flat=True).distinct()
    assert {1, 2, 3} <= set(found)


def test_tables_have_all_their_constraints_indexes_and_triggers_again(world: World):
    assert schema() == world.schema


def test_opinions_are_as_many_as_ballots_and_sums_add_up():
    """OPN-07."""
    assert rows("SELECT appraisal_id, count(*) FROM opinions_ballot GROUP BY 1 ORDER BY 1") == list(
        OpinionTally.objects.order_by("pk").values_list("pk", "given")
    )
    for given, counts, overall in OpinionTally.objects.values_list("given", "counts", "overall"):
        assert sum(overall) == given
        assert {sum(counts[n : n + 4]) for n in range(0, len(counts), 4)} == {given}


def test_ballots_of_the_open_period_are_of_people_who_are_asked():
    """OPN-01."""
    period = Period.objects.get(state="OPEN")
    given = set(Ballot.objects.filter(appraisal__period=period).values_list("appraisal_id", "rater_id"))
    asked = set(Asked.objects.filter(period=period).values_list("appraisal_id", "rater_id"))
    assert given - asked == set()
    assert 0 < len(given) < len(asked)


def test_sums_of_the_open_period_are_closed_once_all_have_answered_or_the_head_has_decided():
    """OPN-05."""
    found = rows(
        "SELECT t.closed,"
        " t.given >= 3 AND t.given = (SELECT count(*) FROM opinions_asked k WHERE k.appraisal_id = a.id) OR"
        " a.state NOT IN ('OPEN', 'SUBMITTED') FROM opinions_opiniontally t JOIN appraisals_appraisal a"
        " ON a.id = t.appraisal_id JOIN appraisals_period p ON p.id = a.period_id AND p.state = 'OPEN'"
    )
    assert {closed for closed, _ in found} == {True, False}
    assert [row for row in found if row[0] != row[1]] == []


def test_open_period_holds_exactly_whom_the_product_would_enrol():
    """APR-12: nobody is missing, nobody stands elsewhere, everybody's decider is the one of the rule."""
    period = Period.objects.select_related("organization").get(state="OPEN")
    assert enrol(period, path=str(period.organization.path)) == 0
    assert follow_transfers(period, path=str(period.organization.path)) == 0
    assert assign_deciders(period.pk) == 0


def test_decision_is_due_early_only_for_those_decided_on_the_year_before():
    """APR-07."""
    found = rows(
        "SELECT a.decision_due_reason <> '', EXISTS (SELECT FROM appraisals_appraisal b JOIN appraisals_period q"
        " ON q.id = b.period_id WHERE b.person_id = a.person_id AND b.subject = a.subject AND q.year = p.year - 1"
        " AND b.decided_overall IS NOT NULL) FROM appraisals_appraisal a JOIN appraisals_period p ON p.id = a.period_id"
    )
    assert [row for row in found if row[0] != row[1]] == []
    assert {early for early, _ in found} == {True, False}


def test_columns_of_today_need_no_projection():
    assert project_versions() == 0
    assert project_people() == 0


def test_counts_of_following_are_those_of_a_full_count():
    columns = ", ".join((*KEYS, *COUNTS))
    assert sorted(rows(f"SELECT {columns} FROM following_progress")) == sorted(rows(FULL_COUNT))


def test_names_are_sorted_and_folded_as_the_product_does():
    found = Person.objects.values_list("full_name", "sort_key", "search")
    assert [row for row in found if (sort_key(row[0]), fold(row[0])) != row[1:]] == []


def test_before_the_reform_there_are_63_provinces_and_every_school_hangs_under_phong_or_so():
    before = OrganizationVersion.objects.filter(validity__contains=REFORM.replace(month=6, day=30))
    assert before.filter(organization__kind="DOET").count() == 63
    assert set(before.filter(organization__kind="SCHOOL").values_list("parent__kind", flat=True)) == {"BOET", "DOET"}
    assert not before.filter(organization__kind="COMMUNE").exists()


def test_after_the_reform_there_are_34_provinces_no_phong_and_schools_hang_under_communes():
    open_ones = Organization.objects.filter(is_open=True)
    assert open_ones.filter(kind="DOET").count() == 34
    assert not open_ones.filter(kind="BOET").exists()
    lower = open_ones.filter(kind="SCHOOL").exclude(levels__contains=["THPT"])
    assert set(lower.values_list("parent__kind", flat=True)) == {"COMMUNE"}
    lasting = set(Province.objects.filter(successor=None).values_list("code", flat=True))
    assert set(open_ones.exclude(province=None).values_list("province_id", flat=True)) == lasting


def test_reform_is_one_applied_reorganization_and_every_body_it_ends_has_successors():
    reform = Reorganization.objects.get()
    assert (reform.on, reform.state) == (REFORM, "APPLIED")
    ended = Organization.objects.filter(is_open=False)
    with_schools = ended.filter(pk__in=OrganizationVersion.objects.exclude(parent__kind="MOET").values("parent_id"))
    without = [body.code for body in with_schools if not body.successions.exists()]
    lower_schools = Organization.objects.filter(kind="SCHOOL").exclude(levels__contains=["THPT"])
    had = set(
        OrganizationVersion.objects.filter(organization__in=lower_schools, parent__code__in=without).values_list(
            "parent__code", flat=True
        )
    )
    assert had == set()


def test_paths_follow_parents_at_every_time():
    wrong = rows(
        "SELECT v.id FROM organizations_organizationversion v JOIN organizations_organizationversion p"
        " ON p.organization_id = v.parent_id AND p.validity && v.validity"
        " WHERE v.path <> p.path || v.organization_id::text AND upper(p.validity * v.validity) IS NULL"
    )
    assert wrong == []


def test_each_school_has_one_principal_and_each_group_of_several_one_leader():
    today = Employment.objects.filter(validity__contains=NOW.date())
    heads = today.filter(position="PRINCIPAL").values_list("organization_id", flat=True)
    assert sorted(heads) == sorted(Organization.objects.filter(kind="SCHOOL").values_list("pk", flat=True))
    leaders = list(today.filter(leads_group=True).values_list("group_id", flat=True))
    assert len(leaders) == len(set(leaders)) > 0


def test_every_role_of_the_tree_is_held():
    held = set(RoleAssignment.objects.values_list("role", flat=True))
    assert held >= {
        "TEACHER", "GROUP_LEADER", "STAFF", "PRINCIPAL", "DEPUTY_PRINCIPAL", "LOCAL_LEADER", "PROVINCE_LEADER",
        "MINISTRY_OFFICER", "LECTURER", "ADMINISTRATOR",
    }  # fmt: skip


def test_nothing_lies_in_the_future():
    late = rows(
        "SELECT count(*) FROM appraisals_appraisal WHERE greatest(submitted_at, decided_at, announced_at,"
        " acknowledged_at) > %(now)s OR submitted_at > decided_at OR decided_at > announced_at"
        " OR announced_at > acknowledged_at",
        now=NOW,
    )
    assert late == [(0,)]


def test_trail_has_an_entry_for_each_step_of_each_appraisal():
    """As the actions write them: announcing for all of a body at once, everything else for one."""
    steps = {
        "appraisal.submit": "submitted_at IS NOT NULL",
        "appraisal.decide": "decided_at IS NOT NULL",
        "appraisal.acknowledge": "state = 'ACKNOWLEDGED'",
        "appraisal.object": "state = 'OBJECTED'",
    }
    by = {"appraisal.decide": "decided_by_id"}
    for action, done in steps.items():
        actor = by.get(action, "(SELECT user_id FROM people_person p WHERE p.id = a.person_id)")
        assert rows(
            "SELECT object_id::bigint, organization_id, person_id, user_id FROM core_auditentry"
            " WHERE action = %(action)s ORDER BY 1",
            action=action,
        ) == rows(
            f"SELECT id, organization_id, person_id, {actor} FROM appraisals_appraisal a WHERE {done} ORDER BY id"
        )
    assert rows("SELECT sum(count) FROM core_auditentry WHERE action = 'appraisal.announce'") == rows(
        "SELECT count(*) FROM appraisals_appraisal WHERE announced_at IS NOT NULL"
    )
    unknown = "SELECT count(*) FROM core_auditentry WHERE action LIKE 'appraisal.%%' AND role <> ALL(%(roles)s)"
    assert rows(unknown, roles=list(Role.values)) == [(0,)]


def test_run_leaves_one_entry_of_its_own_in_the_audit_trail(world: World):
    entry = AuditEntry.objects.get(action="simulation.load")
    assert entry.count == PLAN.people
    assert world.made["counts"]["people"] == PLAN.people


def test_progress_goes_on_to_its_end(world: World):
    done = [told[0] for told in world.progress]
    assert done == sorted(done)
    assert {told[1] for told in world.progress} == {world.progress[-1][1]}
    assert done[-1] <= world.progress[-1][1]
