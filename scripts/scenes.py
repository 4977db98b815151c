"""What the guides show, in the order of a year; each scene finds the demo as the ones before have left it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from camera import PHONE, Camera, words
from playwright.sync_api import Page

WRONG_STAFF = """Mã định danh;Họ và tên;Ngày sinh;Giới tính;Dân tộc;Mã đơn vị;Vị trí việc làm;Cấp học;Môn dạy;\
Tổ chuyên môn;Từ ngày
{code}1;Nguyễn Thị Mai;14/02/1991;Nữ;Kih;{school};Giáo viên;THCS;Ngữ văn;Tổ Ngữ văn;01/09/2026
{code}2;Lê Văn Phúc;31/02/1988;Nam;Kinh;{school};Giáo viên;THCS;Toán;Tổ Toán;01/09/2026
{code}3;Danh Thị Sà Rinh;20/11/1994;Nữ;Khmer;{school};Giáo viên;THCS;Tiếng Anh;Tổ Tiếng Anh;01/09/2026
"""


def walk(camera: Camera, page: Page, pictures: dict[str, str]) -> None:
    """One address after the other, a picture of each."""
    for address, name in pictures.items():
        page.goto(address)
        camera.shoot(page, name)


def first_login(camera: Camera) -> None:
    page = camera.visitor(PHONE)
    walk(
        camera,
        page,
        {
            "/accounts/login/": "dang-nhap",
            "/accounts/first/": "dang-nhap-lan-dau",
        },
    )


def demo(camera: Camera) -> None:
    page = camera.visitor()
    page.goto("/demo/")
    camera.shoot(page, "trang-thu-nghiem")


def teacher(camera: Camera) -> None:
    page = camera.visit("teacher", PHONE)
    camera.shoot(page, "giao-vien-viec-can-lam", height=1100)
    page.goto("/self-assessments/")
    camera.shoot(page, "giao-vien-cac-nam")
    page.goto("/")
    page.locator("main a.btn[href^='/self-assessments/']").first.click()
    page.wait_for_load_state()
    page.locator("label.level-K:visible").first.click()
    page.get_by_text("Đã lưu lúc").wait_for()
    camera.shoot(page, "giao-vien-tu-danh-gia", height=1350)
    page.locator("[data-open='evidence-drawer']:visible").first.click()
    page.locator("#evidence-choice form").first.wait_for()
    camera.shoot(page, "giao-vien-minh-chung")
    page.keyboard.press("Escape")
    answer_all(page)
    page.locator("#id_strengths").fill("Tận tâm với học sinh, chủ động đổi mới phương pháp.")
    page.locator("#id_improvements").fill("Sử dụng ngoại ngữ trong đọc tài liệu chuyên môn.")
    page.get_by_text("Đã lưu lúc").wait_for()
    page.get_by_role("button", name="Tiếp").click()
    page.locator("#id_wishes").fill("Mô đun về ứng dụng công nghệ thông tin.")
    page.get_by_text("Đã lưu lúc").wait_for()
    page.get_by_role("button", name="Kiểm tra trước khi gửi").last.click()
    page.get_by_role("button", name="Gửi tự đánh giá").wait_for()
    camera.shoot(page, "giao-vien-kiem-tra", height=1100)
    page.get_by_role("button", name="Gửi tự đánh giá").click()
    page.wait_for_load_state()
    page.goto("/evidence/")
    camera.shoot(page, "giao-vien-kho-minh-chung")
    page.goto("/opinions/")
    camera.shoot(page, "gop-y-danh-sach", height=1100)
    page.locator("a[href^='/opinions/colleagues/']").first.click()
    page.wait_for_load_state()
    camera.shoot(page, "gop-y-phieu", height=1100)


def answer_all(page: Page) -> None:
    """Khá, now and then Tốt, from the criterion in sight to the last one."""
    level = page.locator("label.level-K:visible, label.level-T:visible")
    for step in range(20):
        if not level.count():
            return
        level.nth(1 if step % 4 == 2 else 0).click()
        page.get_by_role("button", name="Tiếp").click()


def group_leader(camera: Camera) -> None:
    page = camera.visit("group_leader", PHONE)
    camera.shoot(page, "to-truong-viec-can-lam", height=1300)
    page.get_by_role("link", name=words("Xem và nhắc")).first.click()
    page.wait_for_load_state()
    camera.shoot(page, "to-truong-theo-doi", height=1300)


def staff(camera: Camera) -> None:
    page = camera.visit("staff", PHONE)
    camera.shoot(page, "nhan-vien-viec-can-lam")
    page.goto("/opinions/")
    page.locator("a[href^='/opinions/managers/']").first.click()
    page.wait_for_load_state()
    camera.shoot(page, "nhan-vien-gop-y", height=1100)
    for number in range(1, 19):
        page.locator(f"#level-{number}_K").evaluate("radio => { radio.checked = true; }")
    page.locator("form.opinion button[name=check]").last.evaluate("button => button.click()")
    page.get_by_role("button", name="Gửi ý kiến").wait_for()
    camera.shoot(page, "nhan-vien-kiem-tra")


def principal(camera: Camera) -> None:
    page = camera.visit("principal")
    camera.shoot(page, "hieu-truong-viec-can-lam")
    walk(
        camera,
        page,
        {
            "/people/": "hieu-truong-nhan-su",
            "/people/codes/": "hieu-truong-cap-ma",
            "/progress/": "hieu-truong-tien-do",
            "/school/": "hieu-truong-bang-xep-loai",
        },
    )
    page.locator("main table a[href^='/decisions/']").first.click()
    page.wait_for_load_state()
    if page.get_by_role("link", name="Điền theo tự đánh giá").count():
        page.get_by_role("link", name="Điền theo tự đánh giá").click()
        page.wait_for_load_state()
    camera.shoot(page, "hieu-truong-xep-loai", height=1250)
    camera.shoot(page, "readme", height=1000)
    page.get_by_role("button", name=words("^Xếp loại")).first.click()
    page.wait_for_load_state()
    page.goto("/school/")
    page.locator("thead input[type=checkbox]").first.check()
    page.get_by_role("button", name=words("^Thông báo kết quả")).first.click()
    page.wait_for_load_state()
    camera.shoot(page, "hieu-truong-thong-bao")
    delegate(camera, page)


def delegate(camera: Camera, page: Page) -> None:
    page.goto("/rights/delegations/")
    page.locator("#id_deputy").select_option(label=camera.name_of("deputy"))
    page.locator("input[name=permissions][value=APPRAISAL_DECIDE]").check()
    page.locator("input[name=permissions][value=APPRAISAL_VIEW]").check()
    today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    enter_day(page, "#id_start", today)
    enter_day(page, "#id_end", today + timedelta(days=10))
    page.locator("#id_reason").fill("Đi công tác theo Quyết định số 15/QĐ-PGDĐT")
    camera.shoot(page, "hieu-truong-uy-quyen", height=820)  # above the days: the browser writes them its own way
    page.locator("main button.btn-lg").click()
    page.get_by_text("Đang hiệu lực").first.wait_for()


def enter_day(page: Page, field: str, day: datetime) -> None:
    """A field of the browser's own takes ISO, one of ours what a person writes."""
    is_native = page.locator(field).get_attribute("type") == "date"
    page.locator(field).fill(f"{day:%Y-%m-%d}" if is_native else f"{day:%d/%m/%Y}")


def deputy(camera: Camera) -> None:
    page = camera.visit("deputy")
    camera.shoot(page, "pho-hieu-truong-viec-can-lam")
    page.locator("details.menu summary").click()
    camera.shoot(page, "pho-hieu-truong-doi-vai-tro")


def local_officer(camera: Camera) -> None:
    page = camera.visit("local_officer")
    camera.shoot(page, "can-bo-phong-viec-can-lam")
    walk(
        camera,
        page,
        {
            "/progress/": "can-bo-phong-tien-do",
            "/imports/staff/": "can-bo-phong-nap",
        },
    )
    text = WRONG_STAFF.format(code="9399900", school=school_code(page))
    page.goto("/imports/staff/")
    page.locator("input[type=file]").set_input_files(
        {"name": "giao-vien-moi.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Gửi và kiểm tra").click()
    page.get_by_text("Có phải “Kinh”").first.wait_for()
    camera.shoot(page, "can-bo-phong-sua-loi")


def school_code(page: Page) -> str:
    """The code of a lower secondary school within reach."""
    page.goto("/organizations/")
    row = page.locator("main tbody tr", has_text="Trường THCS").first
    return row.locator("td[data-label='Mã']").inner_text().strip()


def local_head(camera: Camera) -> None:
    page = camera.visit("local_head")
    page.goto("/decisions/")
    camera.shoot(page, "truong-phong-xep-loai")


def province_officer(camera: Camera) -> None:
    page = camera.visit("province_officer")
    camera.shoot(page, "can-bo-so-viec-can-lam")
    walk(
        camera,
        page,
        {
            "/progress/": "can-bo-so-tien-do",
            "/organizations/": "can-bo-so-don-vi",
            "/reports/desk/": "can-bo-so-bao-cao",
        },
    )
    page.get_by_role("link", name=words("2020")).first.click()
    page.wait_for_load_state()
    camera.shoot(page, "can-bo-so-ban-bao-cao", height=1100)
    page.get_by_role("button", name="Chốt số liệu").click()
    page.get_by_role("link", name="Soạn nội dung").click()
    page.locator("textarea").first.fill("Đội ngũ giáo viên của tỉnh cơ bản đáp ứng chuẩn nghề nghiệp.")
    page.get_by_text("Đã lưu lúc").wait_for()
    camera.shoot(page, "can-bo-so-soan", height=1000)
    letterhead(page)
    page.get_by_role("button", name="Trình phê duyệt").first.click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Rút lại để sửa").wait_for()


def letterhead(page: Page) -> None:
    """What the document still lacks, as the Sở writes it."""
    for name, text in {
        "issuing_body": "Sở Giáo dục và Đào tạo",
        "symbol": "BC-SGDĐT",
        "place": "Hậu Giang",
        "signer_title": "Giám đốc",
        "signer_name": "Huỳnh Duy Tân",
    }.items():
        if not page.locator(f"#id_{name}").input_value():
            page.locator(f"#id_{name}").fill(text)
    page.get_by_role("button", name="Lưu thể thức").click()
    page.wait_for_load_state()


def province_head(camera: Camera) -> None:
    page = camera.visit("province_head")
    camera.shoot(page, "lanh-dao-so-viec-can-lam")
    page.goto("/reports/desk/")
    page.get_by_role("link", name=words("2020")).first.click()
    page.wait_for_load_state()
    camera.shoot(page, "lanh-dao-so-phe-duyet", height=1100)
    page.get_by_role("button", name="Phê duyệt").click()
    page.locator("#id_number").fill("412")
    confirm = page.locator("input[data-confirm-name]")
    confirm.fill(confirm.get_attribute("data-confirm-name") or "")
    camera.shoot(page, "lanh-dao-so-cong-bo", height=1100)
    address = page.url
    page.get_by_role("button", name="Công bố").click()
    page.wait_for_load_state()
    wait_until_published(page, address)


def wait_until_published(page: Page, address: str) -> None:
    """Until the worker has made, signed and published the files."""
    for _attempt in range(60):
        page.goto(address)
        if page.get_by_role("link", name="Gửi báo cáo").count():
            return
        page.wait_for_timeout(2000)
    raise SystemExit("the report was not published")


def sending(camera: Camera) -> None:
    page = camera.visit("province_officer")
    page.goto("/reports/desk/")
    page.get_by_role("link", name=words("2020")).first.click()
    page.get_by_role("link", name="Gửi báo cáo").first.click()
    page.wait_for_load_state()
    camera.shoot(page, "can-bo-so-gui")
    page = camera.visitor()
    page.goto("/reports/93/2020/")
    camera.shoot(page, "trang-cong-khai", height=1100)


def ministry_officer(camera: Camera) -> None:
    page = camera.visit("ministry_officer")
    camera.shoot(page, "chuyen-vien-bo-viec-can-lam")
    page.goto("/reports/desk/overview/")
    camera.shoot(page, "chuyen-vien-bo-cac-tinh", height=1100)
    page.goto("/periods/")
    page.locator("main a[href^='/periods/']", has_text=words("Đánh giá")).first.click()
    page.wait_for_load_state()
    camera.shoot(page, "chuyen-vien-bo-dot", height=1000)


def administrator(camera: Camera) -> None:
    page = camera.visit("administrator", role="Quản trị hệ thống")
    camera.shoot(page, "quan-tri-viec-can-lam")
    page.goto("/rights/grants/")
    camera.shoot(page, "quan-tri-vai-tro", height=1000)
    walk(
        camera,
        page,
        {
            "/imports/": "quan-tri-nap",
            "/notices/mail/": "quan-tri-thu",
        },
    )


Scene = Callable[[Camera], None]
SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
        demo,
        first_login,
        teacher,
        group_leader,
        staff,
        principal,
        deputy,
        local_officer,
        local_head,
        province_officer,
        province_head,
        sending,
        ministry_officer,
        administrator,
    )
}
