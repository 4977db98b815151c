"""Colleagues give opinions on the phone, the principal decides by keyboard, a teacher reads the result and objects."""

from datetime import timedelta

import pytest

from temis.appraisals.enums import Stage, State
from temis.appraisals.models import Appraisal, DecisionDraft
from temis.appraisals.tests.factories import appraisal_of, make_open_period, put_in_state
from temis.core import clock
from temis.opinions.actions import give_opinion
from temis.opinions.enums import Circle
from temis.opinions.models import OpinionTally
from tests.cast import build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCIENCE = ("leader", "teacher", "teacher_2", "teacher_3", "teacher_4")


@pytest.fixture
def school(transactional_db):
    """The cast in a period whose opinions and decisions are open today; all of the group have sent theirs."""
    cast = build()
    today = clock.today()
    days = (today - timedelta(days=5), today + timedelta(days=9))
    period = make_open_period(cast, year=today.year, windows=dict.fromkeys(Stage, days))
    for name in SCIENCE:
        levels = [3] * 10 + [2] * 5 if name == "leader" else [2] * 15
        overall = 3 if name == "leader" else 2
        put_in_state(
            appraisal_of(cast, name, period),
            State.SUBMITTED,
            self_levels=levels,
            self_overall=overall,
            submitted_at=clock.now(),
        )
    return cast, period


@pytest.fixture
def check(axe):
    """axe on a screen as long as the page: else the bar at the lower edge covers a piece of it."""

    def run(page):
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")  # late letters move everything below them
        size = page.viewport_size
        page.set_viewport_size(
            {"width": size["width"], "height": page.evaluate("document.documentElement.scrollHeight")}
        )
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        axe(page)
        page.set_viewport_size(size)

    return run


def opinions_on(cast, period, ratee, level):
    for rater in SCIENCE:
        if rater != ratee:
            give_opinion(
                appraisal_of(cast, ratee, period).pk,
                circle=Circle.COLLEAGUES,
                levels=[3] * 3 + [level] * 12,
                remark="Dạy tốt, nên mạnh dạn hơn khi chia sẻ trong tổ" if rater == "teacher_3" else "",
                scope=cast.scope(rater),
            )


def test_an_opinion_is_given_on_a_phone(school, browser_page, login, check, shot):
    cast, _period = school
    page = browser_page(360)
    login(page, cast.teacher)
    page.goto("/opinions/")
    check(page)
    shot(page, "opinions-list-360")

    page.get_by_role("link", name="Danh Sơn").click()
    check(page)
    shot(page, "opinion-360")
    page.get_by_role("button", name="Tốt").first.click()
    for _step in range(5):
        page.get_by_role("button", name="Tiếp").click()
        quick = page.locator("[data-step].is-current [data-level=K]")
        if quick.count():
            quick.click()
    page.get_by_label("Điều thầy/cô muốn nói thêm").fill("Tận tình với đồng nghiệp")
    shot(page, "opinion-remark-360")
    page.get_by_role("button", name="Kiểm tra trước khi gửi").click()
    check(page)
    shot(page, "opinion-check-360")
    assert not OpinionTally.objects.filter(given__gt=0).exists()
    page.get_by_role("button", name="Gửi ý kiến").click()

    page.get_by_text("Đã ghi nhận ý kiến").wait_for()
    shot(page, "opinions-given-360")
    assert OpinionTally.objects.get().counts == [0, 0, 0, 1] * 2 + [0, 0, 1, 0] * 13


def test_a_draft_of_an_opinion_stays_in_the_browser(school, browser_page, login):
    cast, period = school
    page = browser_page(360)
    login(page, cast.teacher)
    address = f"/opinions/colleagues/{appraisal_of(cast, 'leader', period).pk}/"
    page.goto(address)
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator("#level-1_K").check()
    page.get_by_text("Đang giữ trên máy này").wait_for()
    assert "POST" not in sent

    page.reload()

    page.locator("#level-1_K:checked").wait_for(state="attached")
    assert not OpinionTally.objects.exists()


def test_the_principal_decides_by_keyboard_and_tells(school, browser_page, login, check, shot):
    cast, period = school
    opinions_on(cast, period, "teacher", 2)
    opinions_on(cast, period, "leader", 1)
    page = browser_page(1280)
    login(page, cast.principal)
    page.goto("/school/")
    check(page)
    shot(page, "decisions-1280")

    row = page.locator(f"tr[data-row='{appraisal_of(cast, 'teacher', period).pk}']")
    first = row.locator("select").first
    first.focus()
    first.press("=")
    row.get_by_role("button", name="Xếp loại").wait_for()
    row.locator("select").nth(0).press("4")
    row.locator("select").nth(0).press("ArrowRight")
    page.keyboard.press("d")
    assert row.locator("select").nth(1).input_value() == "1"
    page.keyboard.press("Enter")
    row.get_by_text("Chưa thông báo").wait_for()
    decided = Appraisal.objects.get(person=cast.teacher)
    assert (decided.decided_levels, decided.decided_overall) == ([3, 1] + [2] * 13, 2)

    page.goto(f"/decisions/{appraisal_of(cast, 'leader', period).pk}/")
    check(page)
    shot(page, "decision-1280")
    page.get_by_role("link", name="Điền theo tự đánh giá").click()
    shot(page, "decision-filled-1280")
    page.locator("#level-5_D").check(force=True)
    page.get_by_text("Đã lưu lúc").wait_for()
    page.get_by_text("Xếp loại theo quy định: Đạt").wait_for()
    assert DecisionDraft.objects.get().levels[4] == 1
    page.get_by_role("button", name="Xếp loại và sang người tiếp theo").click()
    page.get_by_text("Đã xếp loại Phạm Thị Ánh: Đạt").wait_for()

    page.goto("/decisions/announce/")
    check(page)
    shot(page, "announce-1280")
    page.get_by_role("button", name="Thông báo cho 2 người").click()
    page.get_by_text("Đã thông báo kết quả cho 2 người").wait_for()
    assert Appraisal.objects.filter(state=State.ANNOUNCED).count() == 2


def test_the_head_decides_on_a_phone(school, browser_page, login, check, shot):
    cast, period = school
    opinions_on(cast, period, "teacher", 2)
    page = browser_page(360)
    login(page, cast.principal)
    page.goto("/school/")
    check(page)
    shot(page, "decisions-360")
    page.goto(f"/decisions/{appraisal_of(cast, 'teacher', period).pk}/?fill=self")
    check(page)
    shot(page, "decision-360")
    page.goto("/decisions/accept/?pk=" + str(appraisal_of(cast, "teacher_2", period).pk))
    check(page)
    shot(page, "accept-360")
    page.goto("/opinions/progress/")
    check(page)
    shot(page, "opinions-progress-360")


def test_a_teacher_reads_objects_and_is_answered(school, browser_page, login, check, shot):
    cast, period = school
    opinions_on(cast, period, "teacher", 2)
    told = put_in_state(
        appraisal_of(cast, "teacher", period),
        State.ANNOUNCED,
        decided_by=cast.principal.user,
        decided_by_person=cast.principal,
        decided_on=clock.today(),
        decided_at=clock.now(),
        announced_at=clock.now(),
        decision_note="Chủ động đổi mới phương pháp; cần bổ sung minh chứng tư vấn học sinh.",
    )
    page = browser_page(360)
    login(page, cast.teacher)
    page.goto("/results/")
    check(page)
    shot(page, "results-360")
    page.goto(f"/results/{told.pk}/")
    check(page)
    shot(page, "result-360")
    page.get_by_role("link", name="Chưa đồng ý, gửi phản hồi").click()
    check(page)
    page.get_by_label("Điều thầy/cô chưa đồng ý và lý do").fill("Tiêu chí 7 tôi có đủ minh chứng ở mức Tốt.")
    shot(page, "objection-360")
    page.get_by_role("button", name="Gửi phản hồi").click()
    page.get_by_text("Đã gửi phản hồi").wait_for()

    head = browser_page(1280)
    login(head, cast.principal)
    head.goto(f"/decisions/{told.pk}/objection/")
    check(head)
    head.get_by_label("Điều chỉnh kết quả").check()
    head.get_by_text("Điều chỉnh mức của tiêu chí").click()
    head.locator("#level-7_T").check(force=True)
    head.get_by_label("Trả lời, nêu lý do").fill("Đồng ý với minh chứng bổ sung.")
    shot(head, "objection-answer-1280")
    head.get_by_role("button", name="Gửi trả lời").click()
    head.get_by_text("Đã trả lời phản hồi").wait_for()

    login(page, cast.teacher)
    page.goto(f"/results/{told.pk}/")
    shot(page, "result-answered-360")
    page.get_by_text("Điều chỉnh kết quả").wait_for()
    told.refresh_from_db()
    assert told.decided_levels == [2] * 6 + [3] + [2] * 8
