"""Pages of the desk: who gets them, what they show, how many queries they need."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from temis.access import Role
from temis.appraisals.tests.factories import make_open_period
from temis.core.models import Job
from temis.reporting.actions import life
from temis.reporting.enums import Map
from temis.reporting.models import Recipient, ReportDeadlines, ReportTemplate, ReportVersion
from temis.reporting.tasks import tasks
from temis.reporting.template import DATA
from temis.reporting.tests import factories
from tests.cast import act

VERSION_PAGES = ("version", "tables", "differences", "words")


@pytest.fixture
def frozen(cast):
    factories.decided_period(cast, teacher=2, teacher_2=3)
    return factories.frozen(cast)


def url(name, version):
    return reverse(f"reporting:{name}", args=[version.report_id, version.number])


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("province_officer", 200),
        ("province_leader", 200),
        ("ministry_officer", 200),
        ("province_officer_b", 404),
        ("local_officer", 404),
        ("principal", 404),
        ("teacher", 404),
        ("lecturer", 404),
        ("administrator", 404),
    ],
)
def test_pages_of_a_version_open_for_those_who_reach_it(client, cast, frozen, who, status):
    act(client, cast, who, Role.PROVINCE_LEADER if who == "province_leader" else None)

    found = {client.get(url(name, frozen)).status_code for name in VERSION_PAGES}
    found.add(client.get(reverse("reporting:download", args=[frozen.report_id, 1, "report.json"])).status_code)

    assert found == {status}


POSTS = ("freeze", "submit", "withdraw", "approve", "return", "publish", "scan", "send", "narrative")


@pytest.mark.parametrize("who", ["province_officer_b", "ministry_officer", "teacher", "lecturer"])
def test_nobody_else_takes_a_step(client, cast, frozen, who):
    act(client, cast, who)

    assert {client.post(url(name, frozen)).status_code for name in POSTS} == {404}
    assert ReportVersion.objects.get(pk=frozen.pk).state == "FROZEN"


def test_visitor_is_sent_to_the_login(client, frozen):
    assert client.get(url("version", frozen)).status_code == 302


def test_buttons_are_the_steps_that_the_role_may_take(client, cast, frozen):
    life.submit_version(frozen.pk, scope=factories.officer(cast))
    act(client, cast, "province_officer")
    officers = client.get(url("version", frozen)).context["steps"]
    act(client, cast, "province_leader", Role.PROVINCE_LEADER)
    leaders = client.get(url("version", frozen)).context["steps"]

    assert officers == {"withdraw"}
    assert leaders == {"approve", "return"}


def test_step_that_is_refused_is_told_on_the_page(client, cast, frozen):
    act(client, cast, "province_officer")

    response = client.post(url("freeze", frozen), follow=True)

    assert response.status_code == 200
    assert "Chốt số liệu" in str(next(iter(response.context["messages"])))


def test_extraction_is_asked_for_once(client, cast):
    factories.decided_period(cast, teacher=2)
    act(client, cast, "province_officer")
    asked = {"year": "2020"}

    first = client.post(reverse("reporting:extract"), asked)
    second = client.post(reverse("reporting:extract"), asked)

    assert first.url == second.url
    assert Job.objects.count() == 1


def test_leader_and_neighbour_extract_nothing_of_this_province(client, cast):
    factories.decided_period(cast, teacher=2)
    version = factories.extracted()
    act(client, cast, "province_leader", Role.PROVINCE_LEADER)
    leaders = client.post(reverse("reporting:extract"), {"year": "2020"}).status_code
    act(client, cast, "province_officer_b")
    neighbours = client.post(
        reverse("reporting:extract"), {"year": "2020", "report": str(version.report_id)}
    ).status_code

    assert (leaders, neighbours) == (404, 404)


def test_narrative_is_kept_while_it_is_typed(client, cast, frozen):
    act(client, cast, "province_officer")
    save = {"text-overall": "Nhận xét", "revision": "3"}

    kept = client.post(url("narrative", frozen), save, headers={"X-Autosave": "1"})
    late = client.post(url("narrative", frozen), save | {"revision": "2"}, headers={"X-Autosave": "1"})

    assert (kept.status_code, late.status_code) == (204, 409)
    assert frozen.narrative.get(key="overall").text == "Nhận xét"


def test_publication_is_named_by_hand(client, cast):
    factories.decided_period(cast, teacher=2)
    version = factories.approved(cast)
    act(client, cast, "province_officer")
    form = {"number": "412", "issued_on": "28/12/2020"}

    client.post(url("publish", version), form | {"confirm": "Hậu Giang"})

    assert not Job.objects.exists()


def test_number_format_of_2020_can_be_chosen(client, cast, frozen):
    act(client, cast, "province_officer")

    vietnamese = client.get(url("tables", frozen)).content.decode()
    as_2020 = client.get(url("tables", frozen), {"format": "2020"}).content.decode()

    assert "50,00" in vietnamese
    assert "50,00" not in as_2020


def test_person_sees_in_which_cells_he_is_counted(client, cast, frozen):
    act(client, cast, "teacher")

    (counted,) = client.get(reverse("reporting:mine")).context["counted"]

    tables = {each.table.id: each.cells for each in counted.tables}
    assert [(cell.row, cell.columns) for cell in tables["A.1.2"]] == [
        ("Tổng số", ["Khá SL (Người)"]),
        ("Nữ", ["Khá SL (Người)"]),
        ("Trung học cơ sở", ["Khá SL (Người)"]),
        ("Nữ", ["Khá SL (Người)"]),
    ]
    assert set(tables) == {"A.1.1", "A.1.2", "A.1.3", "A.1.4", "A.1.5"}


def test_person_who_is_in_no_report_is_told_so(client, cast):
    factories.decided_period(cast, teacher=2)
    factories.extracted()  # not frozen: may still change
    act(client, cast, "teacher")

    assert client.get(reverse("reporting:mine")).context["counted"] == []


def test_overview_needs_as_many_queries_for_one_report_as_for_two(client, cast):
    factories.decided_period(cast, teacher=2, teacher_b=3)
    factories.extracted("93")
    act(client, cast, "ministry_officer")
    page = reverse("reporting:overview")
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    factories.extracted("95")
    with CaptureQueriesContext(connection) as two:
        response = client.get(page)

    assert len(one) == len(two)
    assert len(response.context["lines"]) == 63


def test_overview_keeps_a_province_that_ended_and_still_has_a_report(client, cast):
    make_open_period(cast, 2026)
    act(client, cast, "ministry_officer")
    page = reverse("reporting:overview")
    before = {line.code for line in client.get(page).context["lines"]}

    factories.ensure_report("93", 2026, scope=None)

    after = {line.code for line in client.get(page).context["lines"]}
    assert (len(before), after - before) == (34, {"93"})


def test_overview_tells_who_is_late(client, cast, frozen):
    act(client, cast, "ministry_officer")

    lines = {line.code: line for line in client.get(reverse("reporting:overview")).context["lines"]}

    assert lines["93"].extract.done is not None
    assert (lines["93"].late, lines["01"].late) == (2, 3)


def test_tasks_follow_the_report(cast):
    factories.decided_period(cast, teacher=2)
    officer, leader = factories.officer(cast), factories.leader(cast)

    def cards():
        return [[t.title for t in tasks(s) if not t.done and not t.blocked_by] for s in (officer, leader)]

    seen = [cards()]
    version = factories.extracted()
    seen.append(cards())
    factories.frozen(cast)
    seen.append(cards())
    life.submit_version(version.pk, scope=officer)
    seen.append(cards())
    life.return_version(version.pk, reason="sửa", scope=leader)
    seen.append(cards())

    assert seen == [
        [["Chiết xuất báo cáo TEMIS 2020"], []],
        [["Chốt số liệu báo cáo TEMIS 2020"], []],
        [["Soạn, trình báo cáo TEMIS 2020"], []],
        [[], ["Phê duyệt báo cáo TEMIS 2020"]],
        [["Sửa báo cáo TEMIS 2020 bị trả lại"], []],
    ]
    assert [task.blocked_by for task in tasks(officer)] == [""]


def test_differences_name_the_cells_that_changed(client, cast):
    period = factories.decided_period(cast, teacher=2)
    factories.frozen(cast)
    factories.decide(cast, "teacher_2", period, 3)
    second = factories.extracted(map=Map.THEN)
    act(client, cast, "province_officer")

    changed = client.get(url("differences", second)).context["changed"]

    official = {each.table.id: each.changes for each in changed if each.table.verified}
    assert [(c.row, c.old, c.new, c.by) for c in official["A.1.1"] if c.block == "Tổng số"] == [
        ("Tổng số", "1", "2", "+1"),
        ("Tổng số", "12,5", "25,0", "+12,5"),
        ("Dtts", "0", "1", "+1"),
        ("Dtts", "0,0", "100,0", "+100,0"),
    ]


def test_ministry_sets_deadlines_and_others_do_not(client, cast, frozen):
    page = reverse("reporting:deadlines", args=[2020])
    days = {"extract_by": "20/12/2020", "publish_by": "28/12/2020", "send_by": "15/01/2021", "document": "CV 1"}
    act(client, cast, "province_officer")
    refused = client.post(page, days).status_code
    act(client, cast, "ministry_officer")
    wrong = client.post(page, days | {"send_by": "01/12/2020"}).status_code
    client.post(page, days)

    assert (refused, wrong) == (404, 422)
    assert ReportDeadlines.objects.get().document == "CV 1"


def test_template_is_loaded_as_data_and_a_broken_one_is_told(client, cast):
    from django.core.files.uploadedfile import SimpleUploadedFile

    act(client, cast, "ministry_officer")
    page = reverse("reporting:load_template")
    text = (DATA / "temis-2020.json").read_text(encoding="utf-8").replace('"edition": 2', '"edition": 3', 1)

    good = client.post(page, {"file": SimpleUploadedFile("a.json", text.encode()), "effective_year": "2021"})
    bad = client.post(page, {"file": SimpleUploadedFile("b.json", b'{"code": "x"}'), "effective_year": "2021"})

    assert (good.status_code, bad.status_code) == (302, 422)
    assert list(ReportTemplate.objects.order_by("pk").values_list("edition", "effective_year")) == [
        (2, 2020),
        (3, 2021),
    ]


def test_department_edits_recipients_of_its_province_alone(client, cast):
    national = Recipient.objects.get(address="etep@moet.gov.vn")
    other = Recipient.objects.create(province_id="95", kind="OTHER", name="Của tỉnh khác")
    act(client, cast, "province_officer")
    added = {"name": "Trường ĐHSP", "kind": "UNIVERSITY", "address": "truong@example.vn"}

    client.post(reverse("reporting:recipient_new"), added)
    own = Recipient.objects.get(name="Trường ĐHSP")
    statuses = [
        client.post(reverse("reporting:recipient", args=[r.pk]), added).status_code for r in (own, national, other)
    ]

    assert own.province_id == "93"
    assert statuses == [302, 404, 404]


@pytest.mark.parametrize("given", [{}, {"scan": b""}, {"scan": b"chu ky"}])
def test_scan_that_cannot_be_taken_is_told_at_its_field(client, cast, frozen, given):
    life.submit_version(frozen.pk, scope=factories.officer(cast))
    life.approve_version(frozen.pk, scope=factories.leader(cast))
    act(client, cast, "province_officer")

    files = {name: SimpleUploadedFile("quet.pdf", content) for name, content in given.items()}
    answer = client.post(url("scan", frozen), files)

    assert (answer.status_code, len(answer.context["scan_form"].errors["scan"])) == (422, 1)
