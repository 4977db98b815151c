"""The printed forms: what stands in them, and who may print them."""

import shutil
import subprocess
from contextlib import suppress
from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from temis.access import NotPermitted
from temis.appraisals.enums import State
from temis.appraisals.models import Appraisal, SelfAssessment
from temis.appraisals.prints import reading, sheets
from temis.appraisals.prints.jobs import print_all
from temis.appraisals.prints.render import render
from temis.appraisals.tests.factories import DURING_DECISION, appraisal_of, make_open_period, put_in_state
from temis.core import clock, jobs
from temis.core.fonts import FontsMissing, font_dir
from temis.core.models import AccessEntry, AuditEntry
from temis.people.assignments import assignments_of, scope_of
from temis.standards.models import Edition

LEVELS = [3] * 5 + [2] * 9 + [1]


@pytest.fixture(scope="module", autouse=True)
def fonts():
    try:
        font_dir()
    except FontsMissing:
        pytest.skip("the fonts come with the front end")


@pytest.fixture
def period(cast):
    with clock.hold(DURING_DECISION):
        yield make_open_period(cast)


@pytest.fixture
def sent(cast, period):
    appraisal = put_in_state(appraisal_of(cast, "teacher", period), State.SUBMITTED, self_levels=LEVELS, self_overall=2)
    SelfAssessment.objects.create(
        appraisal=appraisal,
        levels=LEVELS,
        strengths="Chuyên môn vững",
        wishes="Dạy học phân hóa",
        saved_at=DURING_DECISION,
    )
    return fresh(appraisal)


def fresh(appraisal):
    return Appraisal.objects.select_related(*reading.RELATED).get(pk=appraisal.pk)


def text_of(content):
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext (poppler-utils)")
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()


def ticks(form):
    """Number of each criterion's row → place of its tick."""
    rows = [row for row in form.table.rows if len(row) > 1]
    return [[cell.tick for cell in row[1:5]].index(True) if any(c.tick for c in row[1:5]) else None for row in rows]


def test_self_form_ticks_the_levels_that_were_sent(cast, sent):
    form = reading.person_form(sent, "self", cast.scope("teacher"))

    assert ticks(form) == LEVELS
    assert dict(form.facts)["Họ và tên"] == "Nguyễn Thị Bình"
    assert {passage.label: passage.text for passage in form.passages}["Điểm mạnh"] == "Chuyên môn vững"
    assert form.place_date == "……………, ngày 10 tháng 5 năm 2020"
    assert any("chưa đối chiếu với văn bản gốc" in note for note in form.notes)


def test_forms_are_vietnamese_whatever_the_language_of_the_page(cast, sent, client):
    client.force_login(cast.teacher.user)

    answer = client.get(reverse("appraisals:own_form", args=[sent.pk, "self"]), headers={"accept-language": "en"})

    text = text_of(answer.content)
    for words in ("PHIẾU TỰ ĐÁNH GIÁ CỦA GIÁO VIÊN", "Biểu mẫu 01", "Độc lập - Tự do - Hạnh phúc", "Dạy học phân hóa"):
        assert words in text


def test_self_form_asks_by_hand_for_what_is_not_known_and_says_what_is_missing(cast, period):
    nothing = fresh(appraisal_of(cast, "teacher", period))

    form = reading.person_form(nothing, "self", cast.scope("teacher"))

    facts = dict(form.facts)
    assert (facts["Chủ nhiệm lớp"], facts["Tỉnh/Thành phố"]) == ("", "Hậu Giang")
    assert form.notes[0] == "Chưa có tự đánh giá trong hệ thống."


def test_group_summary_is_signed_by_the_leader_and_says_why_cells_are_empty(cast, sent):
    form = reading.group_summary(sent.group, sent.period, cast.scope("principal"))

    assert form.signatures[0].name == "Phạm Thị Ánh"
    assert form.notes[0].startswith("Ô để trống")


def test_summary_of_managers_of_several_schools_names_their_schools(cast, sent):
    form = reading.head_summary(sent.period, "CBQL", cast.scope("local_leader"))

    assert [row[2].text for row in form.table.rows] == ["Trường THCS Lê Quý Đôn", "Trường Tiểu học Kim Đồng"]
    assert {sum(cell.colspan for cell in row) for row in (form.table.head[0], *form.table.rows)} == {
        len(form.table.widths)
    }


@pytest.mark.parametrize(
    ("subject", "circular"),
    [
        ("GVMN", "theo chuẩn nghề nghiệp giáo viên mầm non"),
        ("CBQLMN", "theo chuẩn hiệu trưởng cơ sở giáo dục mầm non"),
    ],
)
def test_forms_of_preschools_name_their_own_standard(db, subject, circular):
    form = reading.blank_opinion(Edition.objects.filter(subject=subject).first())

    assert (form.number, form.subtitle) == ("Biểu mẫu 02", circular)


def test_blank_opinion_has_no_place_for_the_name_of_who_fills_it_in(period):
    form = reading.blank_opinion(period.editions.get(subject="GVPT").edition)

    assert set(ticks(form)) == {None}
    assert form.signatures == []
    assert [label for label, _value in form.facts] == [
        "Họ và tên người được góp ý",
        "Năm học",
        "Trường",
        "Tổ chuyên môn",
    ]


def test_result_form_says_under_a_delegation(cast, sent):
    decided = put_in_state(
        sent, State.ANNOUNCED, decided_levels=LEVELS, decided_by_person=cast.deputy, decided_on="2020-06-10"
    )
    decided = fresh(decided)
    decided.decided_under_id = 1

    form = reading.person_form(decided, "result", cast.scope("principal"))

    assert "Đánh giá theo ủy quyền của thủ trưởng." in form.notes
    assert form.signatures[0].name == "Lê Thị Thu"


def test_head_summary_lists_everybody_with_levels_of_the_decided_only(cast, sent):
    put_in_state(appraisal_of(cast, "leader", sent.period), State.DECIDED, decided_levels=LEVELS)

    form = reading.head_summary(sent.period, "GVPT", cast.scope("principal"))

    lines = {row[1].text: [cell.text for cell in row[2:]] for row in form.table.rows}
    assert len(lines) == 6
    assert lines["Phạm Thị Ánh"] == ["T"] * 5 + ["K"] * 9 + ["Đ"] + ["K", "K"]
    assert lines["Nguyễn Thị Bình"] == [""] * 15 + ["K", ""]


def test_who_may_print_forms_of_a_teacher(cast, sent, client):
    put_in_state(sent, State.DECIDED)
    expected = {
        "self": {"principal", "local_officer", "local_leader", "province_officer", "province_leader"},
        "result": {"principal", "local_officer", "local_leader", "province_officer", "province_leader"},
    }
    for kind, people in expected.items():
        seen = set()
        for name, person in cast.people.items():
            client.force_login(person.user)
            if client.get(reverse("appraisals:form_of", args=[sent.pk, kind])).status_code == 200:
                seen.add(name)
        assert (kind, seen) == (kind, people)
    assert AccessEntry.objects.filter(person_id=cast.teacher.pk, what="appraisal.print").count() == 10


def test_what_is_not_sent_is_not_printed_for_others_and_no_result_before_it_is_told(cast, sent, client):
    unsent = appraisal_of(cast, "leader", sent.period)
    client.force_login(cast.principal.user)
    assert client.get(reverse("appraisals:form_of", args=[unsent.pk, "self"])).status_code == 404
    put_in_state(sent, State.DECIDED)
    client.force_login(cast.teacher.user)
    for kind in ("result", "opinions"):
        assert client.get(reverse("appraisals:own_form", args=[sent.pk, kind])).status_code == 404


@pytest.mark.parametrize("kind", ["self", "opinions", "result", "nothing"])
def test_nobody_else_prints_an_own_form(cast, sent, client, kind):
    for name in ("teacher_2", "leader", "principal", "staff", "teacher_b"):
        client.force_login(cast.people[name].user)
        assert client.get(reverse("appraisals:own_form", args=[sent.pk, kind])).status_code == 404


def test_group_summary_is_for_leader_and_head(cast, period, client):
    address = reverse("appraisals:group_summary", args=[period.pk, cast.leader.group_id])
    seen = set()
    for name, person in cast.people.items():
        for held in assignments_of(person.user):
            with suppress(NotPermitted):
                reading.group_summary(cast.leader.group, period, scope_of(held, person.user))
                seen.add((name, held.role))
    client.force_login(cast.principal.user)

    assert client.get(address).status_code == 200
    assert seen == {
        ("leader", "GROUP_LEADER"),
        ("principal", "PRINCIPAL"),
        ("local_officer", "LOCAL_OFFICER"),
        ("local_leader", "LOCAL_LEADER"),
        ("local_leader", "LOCAL_OFFICER"),
        ("province_officer", "PROVINCE_OFFICER"),
        ("province_leader", "PROVINCE_LEADER"),
        ("province_leader", "PROVINCE_OFFICER"),
    }


def test_all_sheets_of_a_school_come_in_one_file_for_who_asked(cast, sent, client, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    put_in_state(appraisal_of(cast, "leader", sent.period), State.DECIDED)
    scope = cast.scope("principal")

    outcome = print_all(jobs.Progress(None), period_id=sent.period_id, assignment_id=scope.assignment_id)

    assert AuditEntry.objects.get(action="appraisal.print").count == 2
    client.force_login(cast.principal.user)
    content = b"".join(client.get(outcome.url).streaming_content)
    assert text_of(content).count("CỘNG HÒA XÃ HỘI") == 3
    client.force_login(cast.principal_20.user)
    assert client.get(outcome.url).status_code == 404
    assert default_storage.exists(f"prints/{scope.assignment_id}/{outcome.url.rsplit('/', 1)[-1]}")


def test_the_same_form_in_the_same_second_is_the_same_bytes(cast, sent):
    form = reading.person_form(sent, "self", cast.scope("teacher"))

    later = DURING_DECISION.replace(microsecond=417)
    assert render([form], at=DURING_DECISION) == render([form], at=later)


@pytest.mark.parametrize(
    ("day", "spoken"),
    [
        ("2020-01-05", "ngày 05 tháng 01 năm 2020"),
        ("2020-02-28", "ngày 28 tháng 02"),
        ("2020-11-20", "ngày 20 tháng 11"),
    ],
)
def test_dates_are_written_as_in_documents(day, spoken):
    assert spoken in sheets.spoken_date(date.fromisoformat(day))
