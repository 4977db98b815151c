"""One province's appraisal year in a real browser, with every role, from the roster to the public page."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Error, Page, expect

from temis.access import Role
from temis.accounts import session
from temis.appraisals.actions.self_assessment import Draft, Stamp, save_self_assessment, submit_self_assessment
from temis.appraisals.enums import Stage, State
from temis.appraisals.models import Appraisal, Period
from temis.core import clock
from temis.messaging.delivery import deliver_waiting
from temis.opinions.actions import give_opinion
from temis.opinions.enums import Circle
from temis.opinions.models import OpinionTally
from temis.people.assignments import assignments_of, scope_of
from temis.people.models import Person
from temis.reporting.demo_key import make_demo_key
from temis.reporting.models import ReportVersion
from tests.cast import build
from tests.inbox import mail_server
from tests.journeys import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "con-duong-den-truong-1"


@pytest.fixture
def province(transactional_db, settings, tmp_path):
    """The cast's bodies and officers; storage and signing key of the test's own."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "storage"},
        }
    }
    settings.SIGNING_PASSWORD = "khoa-thu"
    settings.SIGNING_KEY = make_demo_key(tmp_path / "key", password="khoa-thu").pkcs12
    return build()


@pytest.fixture
def inbox(settings):
    with mail_server(settings) as inbox:
        yield inbox


@pytest.fixture
def visit(browser_page, login, axe, shot, client):
    """`visit(person, width, role)`: a page on which that person acts in that role; `look(page, name)` checks it."""

    def look(page: Page, name: str) -> None:
        size = page.viewport_size
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")  # late letters move everything below them
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": height})
        page.wait_for_function("height => window.innerHeight === height", arg=height)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        axe(page)
        shot(page, f"year-{name}")
        page.set_viewport_size(size)

    def enter(who: Person, width: int = 1280, role: Role | None = None) -> Page:
        page = browser_page(width)
        login(page, who)
        if role is not None:
            kept = client.session
            kept[session.ASSIGNMENT] = next(a.id for a in assignments_of(who.user) if a.role == role)
            kept.save()
        return page

    enter.look = look
    return enter


def person(code: str) -> Person:
    return Person.objects.select_related("user").get(code=code)


def scope(code: str, role: Role = Role.TEACHER):
    user = person(code).user
    return scope_of(next(a for a in assignments_of(user) if a.role == role), user)


def again(page: Page) -> None:
    """The page anew, unless it has just come anew by itself: pages that wait for a job do."""
    try:
        page.goto(page.url)
    except Error:
        page.wait_for_load_state()


def appraisal(code: str) -> Appraisal:
    return Appraisal.objects.get(person__code=code, period__state="OPEN")


def roster_is_loaded(province, visit, tmp_path):
    page = visit(province.province_officer)
    for kind, text in (("organizations", world.ORGANIZATIONS), ("staff", world.staff_file())):
        page.goto(f"/imports/{kind}/")
        visit.look(page, f"01-import-{kind}")
        page.locator("input[type=file]").set_input_files(world.write(tmp_path, f"{kind}.csv", text))
        page.get_by_role("button", name="Gửi và kiểm tra").click()
        world.work()
        again(page)
        if kind == "staff":
            expect(page.get_by_text("Có phải “Kinh”").first).to_be_visible()
            visit.look(page, "01-import-staff-wrong")
            again(page)  # axe leaves empty style attributes behind, which the page's policy lets nobody copy
            page.get_by_role("button", name="Dùng “Kinh”").click()
            expect(page.locator("tr.import-row--mended")).to_be_visible()
            again(page)
        page.get_by_role("button", name=re.compile("^Nạp")).first.click()
        world.work()
        again(page)
        expect(page.get_by_text("Đã nạp vào hệ thống")).to_be_visible()
    assert person("93306").ethnic_group == "Kinh"


def principal_gets_a_code(province, visit) -> str:
    page = visit(province.province_officer)
    page.goto(f"/people/{person('93301').pk}/")
    visit.look(page, "02-person")
    page.get_by_role("link", name="Tài khoản, mã đăng nhập").click()
    visit.look(page, "02-account")
    again(page)
    page.get_by_role("button", name="In mã đăng nhập mới").click()
    visit.look(page, "02-code")
    return page.locator(".code-slip__code").inner_text()


def principal_logs_in_for_the_first_time(browser_page, code):
    page = browser_page(360)
    page.goto("/")
    page.get_by_role("link", name=re.compile("Lần đầu")).click()
    page.locator("input[name=login]").fill("93301")
    page.locator("input[name=code]").fill(code.lower())
    page.locator("main button.btn-primary").click()
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=password2]").fill(PASSWORD)
    page.locator("main button.btn-primary").click()
    expect(page.get_by_role("heading", name="Việc cần làm")).to_be_visible()


def ministry_opens_the_period(province, visit):
    today = clock.today()
    page = visit(province.ministry_officer)
    page.goto("/periods/")
    visit.look(page, "03-periods")
    page.get_by_role("link", name=re.compile("Lập đợt")).first.click()
    page.locator("#id_year").fill(str(today.year))
    page.locator("#id_name").fill(f"Đánh giá năm {today.year}")
    page.locator("#id_school_year").fill(f"{today.year - 1}-{today.year}")
    page.locator("#id_reference_on").fill(today.isoformat())
    page.locator("#id_decision_for_all").check()
    page.locator("#id_decision_reason").fill("Kế hoạch năm học")
    for stage in Stage:
        page.locator(f"#id_opens-{stage}").fill((today - timedelta(days=3)).isoformat())
        page.locator(f"#id_closes-{stage}").fill((today + timedelta(days=7)).isoformat())
    visit.look(page, "03-period-form")
    page.get_by_role("button", name="Lưu").click()
    page.get_by_role("button", name="Mở đợt").click()
    world.work()
    again(page)
    visit.look(page, "03-period-open")
    assert Period.objects.get().state == "OPEN"
    assert appraisal("93302").decided_in.code == "93-1-30"
    assert appraisal("93301").decided_in.code == "93-1"


def teacher_assesses_herself_on_a_phone(visit):
    page = visit(person("93302"), width=360, role=Role.TEACHER)
    page.goto("/")
    visit.look(page, "04-home-360")
    page.get_by_role("link", name=re.compile("Bắt đầu")).first.click()
    visit.look(page, "04-self-assessment-360")
    for number in range(1, 16):
        page.locator(f"label[for='level-{number}_K'], #level-{number}_K").first.click()
        if number < 15:
            page.get_by_role("button", name="Tiếp").click()
    page.get_by_role("button", name="Tiếp").click()
    page.locator("#id_strengths").fill("Tận tâm với học sinh")
    page.get_by_text("Đã lưu lúc").wait_for()
    page.get_by_role("button", name="Tiếp").click()
    page.get_by_role("button", name="Kiểm tra trước khi gửi").last.click()
    expect(page.get_by_text("Thầy/cô tự xếp loại Khá")).to_be_visible()
    visit.look(page, "04-check-360")
    page.get_by_role("button", name="Gửi tự đánh giá").click()
    page.wait_for_load_state()
    assert appraisal("93302").state == State.SUBMITTED
    assert appraisal("93302").self_levels == [2] * 15


def the_others_assess_themselves():
    for code, criteria in (("93303", 15), ("93304", 15), ("93305", 15), ("93301", 18)):
        role = Role.PRINCIPAL if code == "93301" else Role.TEACHER
        draft = Draft(levels=(3,) * criteria)
        save_self_assessment(appraisal(code).pk, draft, Stamp("x", 1), scope=scope(code, role))
        submit_self_assessment(appraisal(code).pk, scope=scope(code, role))


def colleagues_and_staff_give_opinions(visit):
    teachers = ("93302", "93303", "93304", "93305")
    for rater in teachers[1:]:
        for ratee in teachers:
            if rater != ratee:
                give_opinion(
                    appraisal(ratee).pk, circle=Circle.COLLEAGUES, levels=[2] * 15, remark="", scope=scope(rater)
                )
        give_opinion(appraisal("93301").pk, circle=Circle.STAFF, levels=[3] * 18, remark="", scope=scope(rater))
    page = visit(person("93306"), width=360, role=Role.STAFF)
    page.goto("/opinions/")
    visit.look(page, "05-opinions-staff-360")
    page.get_by_role("link", name=re.compile("Góp ý|Ngô Thị Lan")).first.click()
    visit.look(page, "05-opinion-360")
    for _standard in range(5):
        page.locator("[data-step].is-current [data-level=K]").click()
        page.get_by_role("button", name="Tiếp").click()
    page.get_by_role("button", name="Kiểm tra trước khi gửi").click()
    page.get_by_role("button", name="Gửi ý kiến").click()
    page.get_by_text("Đã ghi nhận ý kiến").wait_for()
    assert OpinionTally.objects.get(appraisal=appraisal("93301")).given == 4


def officer_follows_and_reminds(province, visit):
    page = visit(province.local_officer, role=Role.LOCAL_OFFICER)
    page.goto("/progress/")
    visit.look(page, "06-progress")
    page.get_by_role("link", name="Trường THCS Hành Trình").first.click()
    visit.look(page, "06-progress-school")
    page.get_by_role("button", name=re.compile("^Nhắc")).first.click()
    expect(page.get_by_text(re.compile("Đã nhắc")).first).to_be_visible()


def principal_decides_and_announces(visit):
    page = visit(person("93301"), role=Role.PRINCIPAL)
    page.goto("/school/")
    visit.look(page, "07-school")
    for code in ("93302", "93303", "93304", "93305"):
        page.goto(f"/decisions/{appraisal(code).pk}/")
        if code == "93302":
            visit.look(page, "07-decision")
        page.get_by_role("link", name="Điền theo tự đánh giá").click()
        page.get_by_role("button", name=re.compile("^Xếp loại")).first.click()
        page.wait_for_load_state()
    page.goto("/school/")
    page.locator("thead input[type=checkbox]").first.check()
    page.get_by_role("button", name=re.compile("^Thông báo kết quả")).first.click()
    visit.look(page, "07-announce")
    page.get_by_role("button", name=re.compile("^Thông báo")).last.click()
    page.wait_for_load_state()
    states = set(Appraisal.objects.filter(organization__code="93-1-30", subject="GVPT").values_list("state", flat=True))
    assert states == {State.ANNOUNCED}


def head_decides_on_the_principal(province, visit):
    page = visit(province.local_leader, role=Role.LOCAL_LEADER)
    page.goto(f"/decisions/{appraisal('93301').pk}/")
    visit.look(page, "08-decision-on-principal")
    page.get_by_role("link", name="Điền theo tự đánh giá").click()
    page.get_by_role("button", name=re.compile("^Xếp loại")).first.click()
    page.wait_for_load_state()
    assert appraisal("93301").decided_overall == 3


def teacher_answers(visit):
    page = visit(person("93302"), width=360, role=Role.TEACHER)
    page.goto(f"/results/{appraisal('93302').pk}/")
    visit.look(page, "09-result-360")
    page.get_by_role("button", name=re.compile("Xác nhận|Đồng ý")).first.click()
    page.wait_for_load_state()
    assert appraisal("93302").state == State.ACKNOWLEDGED


def report_is_extracted_approved_and_published(province, visit):
    page = visit(province.province_officer, role=Role.PROVINCE_OFFICER)
    page.goto("/reports/desk/")
    visit.look(page, "10-reports")
    page.get_by_role("button", name=re.compile("^Chiết xuất")).first.click()
    world.work()
    again(page)
    page.get_by_role("link", name="Xem kết quả").click()
    visit.look(page, "10-extracted")
    page.get_by_role("button", name="Chốt số liệu").click()
    page.get_by_role("link", name="Soạn nội dung").click()
    for section in page.locator("textarea[name^=text-]").all():
        section.fill("Đội ngũ giáo viên của tỉnh đáp ứng chuẩn nghề nghiệp.")
    page.get_by_text("Đã lưu lúc").wait_for()
    page.get_by_label("Chức vụ người ký").fill("Giám đốc")
    page.get_by_label("Họ tên người ký").fill("Trần Văn Đức")
    page.get_by_role("button", name="Lưu thể thức").click()
    page.wait_for_load_state()
    visit.look(page, "10-words")
    page.get_by_role("button", name="Trình phê duyệt").first.click()
    expect(page.get_by_text("Lãnh đạo khác với người trình")).to_be_visible()
    address = page.url
    page = visit(province.province_leader, role=Role.PROVINCE_LEADER)
    page.goto("/")
    visit.look(page, "10-home-leader")
    page.goto(address)
    page.get_by_role("button", name="Phê duyệt").click()
    page.locator("#id_number").fill("12")
    confirm = page.locator("input[data-confirm-name]")
    confirm.fill(confirm.get_attribute("data-confirm-name"))
    visit.look(page, "10-approve")
    page.get_by_role("button", name="Công bố").click()
    world.work()
    again(page)
    visit.look(page, "10-published")
    page.get_by_role("link", name="Xem kết quả").click()
    visit.look(page, "10-published-report")


def report_is_sent_and_received(province, visit, browser_page, inbox):
    page = visit(province.ministry_officer, role=Role.MINISTRY_OFFICER)
    page.goto("/reports/desk/recipients/")
    visit.look(page, "11-recipients")
    page.get_by_role("link", name="Ban Quản lý Chương trình ETEP").click()
    page.get_by_label("Thư điện tử").fill("etep@example.vn")
    page.get_by_role("button", name="Lưu").click()
    page = visit(province.province_leader, role=Role.PROVINCE_LEADER)
    page.goto(ReportVersion.objects.get().get_absolute_url())
    page.get_by_role("link", name="Gửi báo cáo").first.click()
    visit.look(page, "11-sending")
    page.get_by_role("button", name=re.compile("^Gửi tới")).click()
    expect(page.get_by_text("Đã gửi tới 2 nơi nhận")).to_be_visible()
    deliver_waiting()
    (letter,) = [each for each in inbox.mails if each["To"] == "etep@example.vn"]
    files = {part.get_filename() for part in letter.iter_attachments()}
    assert files == {f"TEMIS-93-{clock.today().year}-report.{ending}" for ending in ("pdf", "xlsx")}
    link = re.search(r"/reports/received/\S+", letter.get_body().get_content())
    page = browser_page(360)
    page.goto(link.group())
    visit.look(page, "11-received-360")
    page.locator("input[name=name]").fill("Vũ Thị Hạnh")
    page.get_by_role("button", name="Xác nhận đã nhận báo cáo").click()
    expect(page.get_by_text("Vũ Thị Hạnh đã xác nhận")).to_be_visible()


def anybody_reads_it(visit, browser_page):
    for width in (360, 1280):
        page = browser_page(width)
        page.goto(f"/reports/93/{clock.today().year}/")
        expect(page.get_by_role("heading", name=re.compile("BÁO CÁO TEMIS|Báo cáo TEMIS")).first).to_be_visible()
        visit.look(page, f"12-public-{width}")


def ministry_sees_the_province(province, visit):
    page = visit(province.ministry_officer, role=Role.MINISTRY_OFFICER)
    page.goto("/reports/desk/overview/")
    visit.look(page, "13-overview")
    expect(page.get_by_role("heading", name="Báo cáo của các tỉnh", level=1)).to_be_visible()


def test_a_year_of_a_province(province, visit, tmp_path, browser_page, inbox):
    roster_is_loaded(province, visit, tmp_path)
    code = principal_gets_a_code(province, visit)
    principal_logs_in_for_the_first_time(browser_page, code)
    ministry_opens_the_period(province, visit)
    teacher_assesses_herself_on_a_phone(visit)
    the_others_assess_themselves()
    colleagues_and_staff_give_opinions(visit)
    officer_follows_and_reminds(province, visit)
    principal_decides_and_announces(visit)
    head_decides_on_the_principal(province, visit)
    teacher_answers(visit)
    report_is_extracted_approved_and_published(province, visit)
    report_is_sent_and_received(province, visit, browser_page, inbox)
    anybody_reads_it(visit, browser_page)
    ministry_sees_the_province(province, visit)
