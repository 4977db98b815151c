"""A session that ends while somebody writes: nothing typed is lost, and the person is led back to where he was. And a
form that is sent twice at the same moment does its work once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from temis.accounts.models import Session, User
from temis.appraisals.enums import Stage, State
from temis.appraisals.models import DecisionDraft, SelfAssessment
from temis.appraisals.tests.factories import appraisal_of, make_open_period, put_in_state
from temis.core import clock
from temis.opinions.models import OpinionTally
from temis.people.models import Person
from temis.reporting.actions import life
from temis.reporting.models import NarrativeSection
from temis.reporting.tests.factories import extracted, officer
from tests.cast import PASSWORD, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "Dạy theo dự án, học sinh tự đọc"


@pytest.fixture
def world(transactional_db):
    """The cast in a period in which every step is open today; the teacher has not sent his self-assessment."""
    cast = build()
    today = clock.today()
    days = (today - timedelta(days=5), today + timedelta(days=9))
    period = make_open_period(cast, year=today.year, windows=dict.fromkeys(Stage, days))
    put_in_state(
        appraisal_of(cast, "teacher_2", period),
        State.SUBMITTED,
        self_levels=[2] * 15,
        self_overall=2,
        submitted_at=clock.now(),
    )
    return cast, period


def own_form(cast, period):
    """Address of the form, who writes, the field, and what is kept."""
    appraisal = appraisal_of(cast, "teacher", period)
    kept = SelfAssessment.objects.filter(pk=appraisal.pk).values_list("strengths", flat=True)
    return reverse("appraisals:self_assessment", args=[appraisal.pk]), cast.teacher, "textarea[name=strengths]", kept


def decision_form(cast, period):
    appraisal = appraisal_of(cast, "teacher_2", period)
    kept = DecisionDraft.objects.filter(pk=appraisal.pk).values_list("note", flat=True)
    return reverse("appraisals:decide", args=[appraisal.pk]), cast.principal, "textarea[name=note]", kept


def report_form(cast, period):
    version = life.freeze_version(extracted(year=period.year).pk, scope=officer(cast))
    section = NarrativeSection.objects.filter(version=version).earliest("pk")
    kept = NarrativeSection.objects.filter(pk=section.pk).values_list("text", flat=True)
    address = reverse("reporting:words", args=[version.report_id, version.number])
    return address, cast.province_officer, f"textarea[name=text-{section.key}]", kept


def end_all_sessions():
    Session.objects.all().delete()


@pytest.mark.parametrize("form", [own_form, decision_form, report_form])
def test_text_of_an_ended_session_waits_for_the_login_and_is_saved(world, browser_page, login, form):
    address, person, field, kept = form(*world)
    page = browser_page()
    login(page, person)
    page.goto(address)
    end_all_sessions()

    page.locator(field).fill(TEXT)
    page.get_by_role("dialog", name="Phiên làm việc đã hết hạn").wait_for()
    nothing_yet = TEXT in kept.all()
    login(page, person)
    page.get_by_role("button", name="Tôi đã đăng nhập, tiếp tục").click()
    page.locator("[data-save-text]", has_text="Đã lưu lúc").wait_for()

    assert not nothing_yet
    assert list(kept.all()) == [TEXT]
    assert page.locator(field).input_value() == TEXT


# pressing the button after the session has ended


def log_in_again(page, person):
    """On the login page to which the button led."""
    page.get_by_role("heading", name="Đăng nhập", exact=True).wait_for()
    page.get_by_label("Mã định danh hoặc tên đăng nhập").fill(person.code)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập", exact=True).click()


@pytest.mark.parametrize(
    ("form", "button"), [(own_form, "Kiểm tra trước khi gửi"), (decision_form, "Xếp loại")], ids=["own", "decision"]
)
def test_button_of_an_ended_session_leads_back_to_the_form_with_its_text(world, browser_page, login, form, button):
    address, person, field, kept = form(*world)
    page = browser_page()
    login(page, person)
    page.goto(address)
    end_all_sessions()
    page.locator(field).fill(TEXT)

    # Sent without leaving the field: to leave it asks the server, and where that answers before the mouse lets the
    # button go, the dialog of the test above opens instead.
    pressed = page.locator("main").get_by_role("button", name=button, exact=True).last
    pressed.evaluate("button => button.form.requestSubmit(button)")
    log_in_again(page, person)
    page.locator("[data-save-text]", has_text="Đã lưu lúc").wait_for()

    assert page.url.endswith(address)
    assert page.locator(field).input_value() == TEXT
    assert list(kept.all()) == [TEXT]


def open_opinion(page, world):
    cast, period = world
    address = reverse("opinions:colleague", args=[appraisal_of(cast, "teacher_2", period).pk])
    page.goto(address)
    for number in range(1, 16):
        page.locator(f"#level-{number}_K").check(force=True)
    page.locator("#remark").fill(TEXT)
    page.get_by_text("Đang giữ trên máy này").wait_for()
    return address


@pytest.mark.parametrize("at", ["form", "check"])
def test_opinion_of_an_ended_session_is_still_there_and_not_given(world, browser_page, login, at):
    cast, _period = world
    page = browser_page()
    login(page, cast.teacher)
    address = open_opinion(page, world)
    if at == "check":
        page.get_by_role("button", name="Kiểm tra trước khi gửi").click()
        page.get_by_role("button", name="Gửi ý kiến").wait_for()
    end_all_sessions()

    page.get_by_role("button", name="Gửi ý kiến" if at == "check" else "Kiểm tra trước khi gửi").click()
    log_in_again(page, cast.teacher)
    page.get_by_text("Đã lấy lại").wait_for()

    assert page.url.endswith(address)
    assert page.locator("#remark").input_value() == TEXT
    assert page.locator("input[type=radio]:checked").count() == 15
    assert not OpinionTally.objects.filter(given__gt=0).exists()


def test_form_of_before_a_login_in_another_tab_is_opened_anew_with_its_text(world, browser_page, login):
    address, person, field, kept = decision_form(*world)
    page = browser_page()
    login(page, person)
    page.goto(address)
    end_all_sessions()
    other = page.context.new_page()
    other.goto("/accounts/login/")
    log_in_again(other, person)  # gives the browser another token than the page in front has
    other.get_by_role("heading", name="Việc cần làm").wait_for()

    page.locator(field).fill(TEXT)
    page.get_by_role("button", name="Xếp loại", exact=True).click()
    page.get_by_role("link", name="Mở lại trang vừa rồi").click()
    page.locator("[data-save-text]", has_text="Đã lưu lúc").wait_for()

    assert page.locator(field).input_value() == TEXT
    assert list(kept.all()) == [TEXT]


def test_draft_of_somebody_is_not_shown_to_who_logs_in_instead(world, browser_page, login):
    address, person, field, _kept = own_form(*world)
    page = browser_page()
    login(page, person)
    page.goto(address)
    end_all_sessions()
    page.locator(field).fill(TEXT)
    page.get_by_role("dialog").wait_for()

    login(page, Person.objects.get(code="93005"))
    page.get_by_role("button", name="Tôi đã đăng nhập, tiếp tục").click()
    page.get_by_role("heading", name="Không tìm thấy trang").wait_for()

    assert TEXT not in page.content()


def test_lock_while_writing_ends_the_session_and_keeps_the_text_on_the_device(world, browser_page, login):
    address, person, field, kept = own_form(*world)
    page = browser_page()
    login(page, person)
    page.goto(address)
    User.objects.filter(pk=person.user_id).update(is_active=False)

    page.locator(field).fill(TEXT)
    page.get_by_role("dialog", name="Phiên làm việc đã hết hạn").wait_for()

    page.locator("[data-save-text]", has_text="Chưa gửi được, đang giữ trên máy này").wait_for()
    assert TEXT not in kept.all()
