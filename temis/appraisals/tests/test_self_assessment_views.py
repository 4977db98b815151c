"""Pages of the own self-assessment."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from temis.appraisals.actions import self_assessment as actions
from temis.appraisals.actions.self_assessment import Draft, Stamp
from temis.appraisals.enums import State
from temis.appraisals.models import EvidenceUse, SelfAssessment
from temis.appraisals.tests.factories import (
    AFTER,
    DURING_DECISION,
    DURING_SELF,
    appraisal_of,
    make_open_period,
    put_in_state,
)
from temis.core import clock
from temis.evidence.models import EvidenceItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_may")]
AUTOSAVE = {"HTTP_X_AUTOSAVE": "1", "HTTP_HX_REQUEST": "true"}


def url(name, *args):
    return reverse(f"appraisals:{name}", args=args)


def answers(level="3", count=15, **words):
    return {f"level-{number}": level for number in range(1, count + 1)} | words


def save(cast, appraisal, levels=(3,) * 15, revision=1, writer="phone"):
    scope = cast.scope("teacher")
    return actions.save_self_assessment(appraisal.pk, Draft(levels=levels), Stamp(writer, revision), scope=scope)


def test_autosave_keeps_what_is_on_the_page(login, appraisal):
    client = login("teacher")

    answer = client.post(
        url("self_assessment", appraisal.pk) + "?page=phone", answers(revision="1", strengths="Tốt"), **AUTOSAVE
    )

    kept = SelfAssessment.objects.get()
    assert (answer.status_code, answer.json()["revision"]) == (200, 1)
    assert (kept.levels, kept.strengths, kept.writer, kept.revision) == ([3] * 15, "Tốt", "phone", 1)


def test_autosave_after_another_page_is_answered_409_and_changes_nothing(login, cast, appraisal):
    save(cast, appraisal, revision=4, writer="computer")

    answer = login("teacher").post(
        url("self_assessment", appraisal.pk) + "?page=phone", answers(level="0", revision="2"), **AUTOSAVE
    )

    assert (answer.status_code, answer.json()["revision"]) == (409, 4)
    assert SelfAssessment.objects.get().levels == [3] * 15


def test_autosave_is_one_statement_and_thus_a_transaction_by_itself(login, appraisal):
    client, verbs = login("teacher"), []

    def note(execute, sql, params, many, context):
        verbs.append(sql.split()[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        client.post(url("self_assessment", appraisal.pk) + "?page=phone", answers(revision="1"), **AUTOSAVE)

    assert verbs == ["SELECT", "SELECT", "INSERT"]  # who it is, what he writes on, the save


def test_autosave_without_a_session_is_answered_401(client, appraisal):
    answer = client.post(url("self_assessment", appraisal.pk), answers(revision="1"), **AUTOSAVE)

    assert answer.status_code == 401
    assert not SelfAssessment.objects.exists()


@pytest.mark.parametrize("who", ["teacher_2", "principal", "deputy", "province_officer", "ministry_officer", "staff"])
@pytest.mark.parametrize("page", ["self_assessment", "self_assessment_check", "self_assessment_explanation"])
def test_self_assessment_of_another_person_looks_absent(login, appraisal, who, page):
    assert login(who).get(url(page, appraisal.pk)).status_code == 404


@pytest.mark.parametrize("who", ["teacher_2", "principal", "province_officer"])
@pytest.mark.parametrize("page", ["self_assessment", "self_assessment_submit", "self_assessment_withdraw"])
def test_self_assessment_of_another_person_cannot_be_changed(login, cast, appraisal, who, page):
    save(cast, appraisal)

    assert login(who).post(url(page, appraisal.pk), answers(level="0", revision="9")).status_code == 404
    appraisal.refresh_from_db()
    assert (appraisal.state, SelfAssessment.objects.get().levels) == (State.OPEN, [3] * 15)


@pytest.mark.parametrize(
    "bad", [{"level-3": "4"}, {"level-3": "x"}, {"strengths": "x" * 4001}, {"schedule": "x" * 301}]
)
def test_what_cannot_be_kept_is_refused_with_422_for_the_page(login, appraisal, bad):
    answer = login("teacher").post(url("self_assessment", appraisal.pk), answers(revision="1") | bad, **AUTOSAVE)

    assert answer.status_code == 422
    assert not SelfAssessment.objects.exists()


def test_page_shows_descriptors_last_year_and_what_was_saved(login, cast, appraisal):
    earlier = appraisal_of(cast, "teacher", make_open_period(cast, 2019))
    put_in_state(
        earlier, State.ACKNOWLEDGED, self_levels=[1] + [3] * 14, self_overall=2,
        decided_levels=[2] + [3] * 14, decided_overall=3,
    )  # fmt: skip
    save(cast, appraisal, levels=(2,) + (None,) * 14)

    page = login("teacher").get(url("self_assessment", appraisal.pk)).content.decode()

    assert "Thực hiện nghiêm túc các quy định về đạo đức nhà giáo." in page
    assert "Kết quả năm 2019" in page
    assert 'id="level-1_K" value="2" checked' in page
    assert 'data-revision="1"' in page


def test_result_of_last_year_that_was_not_announced_is_not_shown(login, cast, appraisal):
    put_in_state(appraisal_of(cast, "teacher", make_open_period(cast, 2019)), State.DECIDED)

    assert "Kết quả năm 2019" not in login("teacher").get(url("self_assessment", appraisal.pk)).content.decode()


def test_page_takes_the_same_queries_with_and_without_evidence(login, cast, appraisal, django_assert_max_num_queries):
    client, address = login("teacher"), url("self_assessment", appraisal.pk)
    client.get(address)
    with CaptureQueriesContext(connection) as without:
        client.get(address)
    for number in range(3):
        item = EvidenceItem.objects.create(
            person=cast.teacher, kind="TEXT", title=f"x{number}", text="x", created_at=DURING_SELF
        )
        EvidenceUse.objects.create(appraisal=appraisal, criterion=number + 1, item=item)
    with CaptureQueriesContext(connection) as with_three:
        client.get(address)

    assert len(with_three) == len(without)


def test_explanation_tells_what_blocks_the_next_level_and_saves_nothing(login, appraisal):
    levels = answers() | {"level-5": "2"}

    page = login("teacher").get(url("self_assessment_explanation", appraisal.pk), levels).content.decode()

    assert "tiêu chí 5 ở mức Khá (phải là Tốt)" in page
    assert not SelfAssessment.objects.exists()


def test_explanation_of_a_half_filled_page_counts(login, appraisal):
    page = login("teacher").get(url("self_assessment_explanation", appraisal.pk), answers(count=6)).content.decode()

    assert "6/15" in page
    assert "Xếp loại hiện ra khi" in page


def test_button_saves_and_leads_to_the_check_page(login, appraisal):
    answer = login("teacher").post(
        url("self_assessment", appraisal.pk) + "?page=x", answers(revision="0", then="check")
    )

    assert (answer.status_code, answer["Location"]) == (302, url("self_assessment_check", appraisal.pk))
    assert SelfAssessment.objects.get().revision == 1


def test_button_after_another_page_shows_what_was_typed_and_asks(login, cast, appraisal):
    save(cast, appraisal, revision=4, writer="computer")

    answer = login("teacher").post(
        url("self_assessment", appraisal.pk) + "?page=phone", answers(level="1", revision="2", strengths="của tôi")
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "của tôi" in page
    assert 'name="revision" value="4"' in page
    assert SelfAssessment.objects.get().strengths == ""


def test_check_page_names_what_is_missing_with_a_way_there(login, cast, appraisal):
    save(cast, appraisal, levels=(3,) * 13 + (None, None))

    page = login("teacher").get(url("self_assessment_check", appraisal.pk)).content.decode()

    assert f"{url('self_assessment', appraisal.pk)}#level-14_field" in page
    assert "Gửi tự đánh giá</button>" not in page


def test_check_page_without_evidence_hints_and_lets_send(login, cast, appraisal):
    save(cast, appraisal)

    page = login("teacher").get(url("self_assessment_check", appraisal.pk)).content.decode()

    assert "15 tiêu chí chưa có minh chứng. Vẫn gửi được" in page
    assert "Gửi tự đánh giá</button>" in page


def test_sending_twice_by_a_double_click_sends_once_and_says_so(login, cast, appraisal):
    save(cast, appraisal)
    client, address = login("teacher"), url("self_assessment_submit", appraisal.pk)

    answers_ = [client.post(address, {"draft_revision": "1"}) for _click in range(2)]

    appraisal.refresh_from_db()
    assert [answer.status_code for answer in answers_] == [302, 302]
    assert (appraisal.state, appraisal.revision) == (State.SUBMITTED, 1)


def test_sent_self_assessment_can_be_looked_at_and_taken_back(login, cast, appraisal):
    save(cast, appraisal)
    client = login("teacher")
    client.post(url("self_assessment_submit", appraisal.pk), {"draft_revision": "1"})

    assert "Rút lại để sửa" in client.get(url("self_assessment", appraisal.pk)).content.decode()
    client.post(url("self_assessment_withdraw", appraisal.pk))
    appraisal.refresh_from_db()
    assert appraisal.state == State.OPEN


def test_button_to_take_back_is_gone_when_the_decision_has_begun(login, appraisal):
    put_in_state(appraisal, State.SUBMITTED)
    with clock.hold(DURING_DECISION):
        assert "Rút lại để sửa" not in login("teacher").get(url("self_assessment", appraisal.pk)).content.decode()


def test_after_its_days_the_page_says_who_can_extend(login, appraisal):
    with clock.hold(AFTER):
        page = login("teacher").get(url("self_assessment", appraisal.pk)).content.decode()

    assert "Bộ Giáo dục và Đào tạo có thể gia hạn" in page
    assert "data-autosave" not in page


def test_own_appraisals_of_all_years_are_listed_and_unannounced_results_kept(login, cast, appraisal):
    put_in_state(appraisal_of(cast, "teacher", make_open_period(cast, 2019)), State.DECIDED)

    page = login("teacher").get(url("mine")).content.decode()

    assert ("năm 2020" in page, "năm 2019" in page) == (True, True)
    assert "Kết quả:" not in page
    assert "Đã xếp loại" not in page


def test_who_is_not_appraised_has_no_such_page(login):
    assert login("province_officer").get(url("mine")).status_code == 404


def test_autosave_answer_is_json(login, appraisal):
    answer = login("teacher").post(url("self_assessment", appraisal.pk), answers(revision="1"), **AUTOSAVE)

    assert set(json.loads(answer.content)) == {"revision", "saved_at"}
