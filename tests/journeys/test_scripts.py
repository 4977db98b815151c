"""What the scripts of frontend/src promise, in a browser: nothing that was typed is lost, nothing is sent twice."""

import gzip
import json
import re
from urllib.parse import unquote_plus

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "/try-autosave/"
FORM = """
<form method="post" action="/try-autosave/" data-autosave="{mode}" data-autosave-key="try" data-revision="{revision}">
  <input type="hidden" name="csrfmiddlewaretoken" value="x">
  <textarea name="strengths" aria-label="Điểm mạnh"></textarea>
  <input type="radio" name="c1" value="K" aria-label="Khá">
  <p class="save" data-save-state="saved" role="status" data-text-saving="Đang lưu…"
     data-text-saved="Đã lưu lúc {{time}}"
     data-text-unsent="Chưa gửi được, đang giữ trên máy này" data-text-kept="Đang giữ trên máy này, lúc {{time}}"
     data-text-conflict="Có bản mới hơn" data-text-restored="Đã lấy lại" data-text-failed="Chưa lưu được"
     data-text-lost="Không giữ được"
     data-text-busy="Đang đông, đã nhận lúc {{time}}, số {{number}}"><span data-save-text></span></p>
  <div data-draft-newer hidden><button type="button" data-draft-use>Dùng</button>
    <button type="button" data-draft-drop>Bỏ</button></div>
  <button>Gửi</button>
</form>
"""


RECEIPT = {"received_at": "2020-05-31T23:58:07+07:00", "number": "482-109-375-512-884"}


class Server:
    """Stands in for the address that the form is saved to."""

    def __init__(self, page):
        self.status, self.bodies, self.headers = 204, [], []
        page.route(f"**{ADDRESS}", self.answer)

    def answer(self, route):
        if self.status is None:
            return route.abort()
        self.bodies.append(unquote_plus(route.request.post_data))
        self.headers.append(route.request.headers)
        if self.status == 503:
            return route.fulfill(status=503, body=json.dumps(RECEIPT), headers={"Retry-After": "1"})
        return route.fulfill(status=self.status, body="<p>Xem lại</p>", content_type="text/html")


@pytest.fixture
def form(browser_page, login, cast):
    """`form(person, …)`: a page of that person with a form that is saved while typing."""

    def open_form(page, person, *, mode="", revision=0):
        login(page, person)
        page.goto("/help/")
        page.evaluate(
            """source => {
                document.querySelector('main').insertAdjacentHTML('beforeend', source);
                const form = document.querySelector('form[data-autosave]');
                form.dispatchEvent(new CustomEvent('htmx:load', {bubbles: true}));
            }""",
            FORM.format(mode=mode, revision=revision),
        )
        return page

    return open_form


def says(page, text):
    page.locator("[data-save-text]", has_text=text).wait_for()


def test_typing_is_saved_with_a_growing_revision(form, browser_page, cast):
    page = form(browser_page(), cast.teacher, revision=7)
    server = Server(page)

    page.get_by_label("Điểm mạnh").fill("Dạy theo dự án")
    says(page, "Đã lưu lúc")
    page.get_by_label("Khá").check()
    page.locator("form[data-revision='9']").wait_for()

    assert [re.findall(r"(?<=revision=)\d+", body) for body in server.bodies] == [["8"], ["9"]]
    assert "Dạy theo dự án" in server.bodies[1]
    assert server.headers[0]["x-csrftoken"]
    assert server.headers[0]["hx-request"] == "true"
    assert "csrfmiddlewaretoken" not in server.bodies[0]


def test_text_survives_a_lost_connection_and_a_closed_page(form, browser_page, cast):
    page = form(browser_page(), cast.teacher)
    server = Server(page)
    server.status = None
    page.get_by_label("Điểm mạnh").fill("Không được mất")
    says(page, "Chưa gửi được")

    server.status = 204
    form(page, cast.teacher)
    says(page, "Đã lưu lúc")

    assert page.get_by_label("Điểm mạnh").input_value() == "Không được mất"
    assert "Không được mất" in server.bodies[0]
    assert page.evaluate(COUNT_DRAFTS) == 0


def test_saving_heals_when_the_connection_is_back(form, browser_page, cast):
    page = form(browser_page(), cast.teacher)
    server = Server(page)
    server.status = None
    page.get_by_label("Điểm mạnh").fill("Có mạng thì gửi")
    says(page, "Chưa gửi được")

    server.status = 204
    page.evaluate("window.dispatchEvent(new Event('online'))")

    says(page, "Đã lưu lúc")


def test_server_that_is_too_busy_gives_a_receipt_and_is_asked_again(form, browser_page, cast):
    page = form(browser_page(timezone_id="Asia/Ho_Chi_Minh"), cast.teacher)
    server = Server(page)
    server.status = 503
    page.get_by_label("Điểm mạnh").fill("Ngày cuối")
    says(page, "Đang đông, đã nhận lúc 23:58, số 482-109-375-512-884")
    assert page.evaluate(COUNT_DRAFTS) == 1

    server.status = 204
    says(page, "Đã lưu lúc")

    assert "Ngày cuối" in server.bodies[-1]
    assert page.evaluate(COUNT_DRAFTS) == 0


def test_draft_of_one_person_is_never_shown_to_another(form, browser_page, cast):
    page = form(browser_page(), cast.teacher)
    server = Server(page)
    server.status = None
    page.get_by_label("Điểm mạnh").fill("Chỉ của cô Bình")
    says(page, "Chưa gửi được")

    form(page, cast.teacher_2)
    page.wait_for_timeout(300)

    assert page.get_by_label("Điểm mạnh").input_value() == ""


def test_newer_text_of_another_device_is_not_overwritten_unasked(form, browser_page, cast):
    page = form(browser_page(), cast.teacher, revision=3)
    server = Server(page)
    server.status = None
    page.get_by_label("Điểm mạnh").fill("Bản cũ trên máy này")
    says(page, "Chưa gửi được")

    server.status = 204
    form(page, cast.teacher, revision=5)
    page.get_by_role("button", name="Dùng").wait_for()

    assert page.get_by_label("Điểm mạnh").input_value() == ""
    assert server.bodies == []
    page.get_by_role("button", name="Dùng").click()
    says(page, "Đã lưu lúc")
    assert page.get_by_label("Điểm mạnh").input_value() == "Bản cũ trên máy này"


def test_ended_session_keeps_the_text_and_offers_to_log_in(form, browser_page, cast):
    page = form(browser_page(), cast.teacher)
    server = Server(page)
    server.status = 401
    page.get_by_label("Điểm mạnh").fill("Viết dở")

    page.get_by_role("dialog").wait_for()
    assert page.get_by_role("link", name="Đăng nhập ở thẻ mới").get_attribute("target") == "_blank"
    server.status = 204
    page.get_by_role("button", name="Tôi đã đăng nhập").click()  # the login cookie of the test is still good

    says(page, "Đã lưu lúc")
    assert not page.get_by_role("dialog").is_visible()
    assert "Viết dở" in server.bodies[-1]


def test_refusal_is_told_and_a_conflict_is_named(form, browser_page, cast):
    page = form(browser_page(), cast.teacher)
    server = Server(page)
    server.status = 422
    page.get_by_label("Điểm mạnh").fill("Quá hạn")
    says(page, "Chưa lưu được")
    assert page.locator("#messages").inner_text() == "Xem lại"

    server.status = 409
    page.get_by_label("Điểm mạnh").fill("Hai máy")
    says(page, "Có bản mới hơn")


def test_anonymous_opinion_stays_in_the_browser_until_it_is_sent(form, browser_page, cast):
    page = form(browser_page(), cast.teacher, mode="local")
    server = Server(page)
    page.get_by_label("Điểm mạnh").fill("Ý kiến riêng")
    says(page, "Đang giữ trên máy này")
    form(page, cast.teacher, mode="local")
    says(page, "Đã lấy lại")
    assert page.get_by_label("Điểm mạnh").input_value() == "Ý kiến riêng"
    assert server.bodies == []

    server.status = 200
    page.get_by_role("button", name="Gửi").click()
    page.wait_for_url(f"**{ADDRESS}")
    page.unroute(f"**{ADDRESS}")
    with page.expect_navigation():
        page.evaluate("() => setTimeout(() => location.assign('/help/'), 0)")
    assert len(server.bodies) == 1


def test_form_is_sent_once_however_often_it_is_clicked(form, browser_page, cast):
    page = form(browser_page(), cast.teacher)
    server = Server(page)  # 204: the page stays

    page.evaluate(
        "() => { const send = [...document.querySelectorAll('main button')].pop(); send.click(); send.click(); }"
    )
    page.locator("main button[aria-busy=true]").wait_for()
    page.wait_for_timeout(300)

    assert len(server.bodies) == 1


def test_school_table_is_worked_by_keyboard(browser_page):
    page = browser_page()
    page.goto("/gallery/")
    page.locator("#row1_T").focus()

    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "row2_K"
    page.keyboard.press("d")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("t")

    chosen = "[...document.querySelectorAll('table[data-keys] input:checked')].map(i => i.id)"
    assert page.evaluate(chosen) == ["row1_T", "row2_D", "row3_T"]


def test_phone_shows_one_criterion_per_screen_and_a_pc_all(browser_page):
    phone, pc = browser_page(360), browser_page(1280)
    for page in (phone, pc):
        page.goto("/gallery/")

    def visible(page):
        return [step.is_visible() for step in page.locator("[data-step]").all()]

    assert visible(pc) == [True, True, True]
    assert visible(phone) == [False, True, False]  # the one with an error first
    phone.get_by_role("button", name="Tiếp").click()
    assert visible(phone) == [False, False, True]
    assert phone.get_by_text("Tiêu chí 3/3").is_visible()


def test_menu_of_roles_closes_on_escape_and_gives_the_focus_back(browser_page, login, cast):
    page = browser_page()
    login(page, cast.leader)
    page.goto("/")
    page.locator("details[data-menu] summary").click()
    assert page.get_by_text("Phạm Thị Ánh").is_visible()

    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    assert not page.get_by_text("Phạm Thị Ánh").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_what_cannot_be_undone_asks_for_the_name(browser_page):
    page = browser_page()
    page.goto("/gallery/")
    page.get_by_role("button", name="Công bố báo cáo").click()
    button = page.get_by_role("button", name="Công bố", exact=True)

    assert button.is_disabled()
    page.get_by_label("Gõ “Hậu Giang 2020” để xác nhận").fill("Hậu Giang 2020")
    assert button.is_enabled()


@pytest.mark.parametrize("person", [None, "principal"])
def test_first_load_of_the_front_page_is_under_100_kb(browser_page, login, cast, person):
    page = browser_page(360)
    if person:
        login(page, cast.people[person])
    sizes = {}
    page.on("response", lambda answer: sizes.setdefault(answer.url, weight(answer)))

    page.goto("/", wait_until="networkidle")

    assert sum(sizes.values()) < 100_000, sizes


def weight(answer) -> int:
    """As it goes over the line: what can be compressed is."""
    body = answer.body()
    return len(body) if answer.url.endswith(".woff2") else len(gzip.compress(body, 6))


COUNT_DRAFTS = """() => new Promise(resolve => {
    const opening = indexedDB.open('temis');
    opening.onsuccess = () => {
        const counting = opening.result.transaction('drafts').objectStore('drafts').count();
        counting.onsuccess = () => resolve(counting.result);
    };
})"""
