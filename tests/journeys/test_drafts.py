"""What was typed is there again: on another device, after a lost connection; sent, it is gone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from complaints.models import Complaint, Note
from portal.models import KeptDraft
from tests.factories.complaints import ComplaintFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory


@pytest.fixture
def department():
    return Department()


def enter(visitors, person, **options):
    visitor = visitors(**options)
    visitor.sign_in(person.number, PASSWORD)
    return visitor


def kept(page):
    """Wait until the portal has what was typed."""
    return page.expect_response(
        lambda answer: answer.url.endswith("/drafts/") and answer.request.method == "POST"
    )


def until_kept(page):
    """Wait for the portal's copy; nobody is told of a call that outlives its page."""
    for _ in range(100):
        if KeptDraft.objects.exists():
            return
        page.wait_for_timeout(100)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_note_begun_at_the_desk_is_finished_on_the_phone(department, visitors, language):
    case = ComplaintFactory(store=department.store, owner=department.agent)
    place = reverse("complaints:case", args=[case.number])
    desk = enter(visitors, department.agent, language=language, width="wide")
    desk.page.goto(place)
    with kept(desk.page):
        desk.page.locator("#id_text").press_sequentially("杯子破了")

    phone = enter(visitors, department.agent, language=language, width="phone")
    phone.page.goto(place)
    phone.page.locator(".draft-note").wait_for()
    assert phone.page.input_value("#id_text") == "杯子破了"
    phone.check()
    with kept(phone.page):
        phone.page.locator("#id_text").press_sequentially("，已拍照")

    desk.page.goto(place)
    expect(desk.page.locator("#id_text")).to_have_value("杯子破了，已拍照")
    with kept(desk.page):
        desk.page.click("form[action$='/note'] button[type=submit]")
    desk.page.locator("#messages .alert-success").wait_for()
    assert Note.objects.get().text == "杯子破了，已拍照"
    assert desk.page.input_value("#id_text") == ""

    phone.page.goto(place)
    expect(phone.page.locator(".draft-note")).to_have_count(0)
    expect(phone.page.locator("#id_text")).to_have_value("")
    assert not KeptDraft.objects.exists()


def test_a_complaint_typed_half_way_is_there_after_the_page_was_closed(department, visitors):
    address = reverse("complaints:create")
    desk = enter(visitors, department.agent, language="zh-hans", width="wide")
    desk.page.goto(address)
    desk.page.fill("#id_description", "灯第二天就不亮了")
    desk.page.fill("#id_name", "张三")
    desk.page.goto(reverse("complaints:list"))  # left before the pause in which it is kept
    until_kept(desk.page)

    other = enter(visitors, department.agent, language="zh-hans", width="wide")
    other.page.goto(address)
    other.page.locator(".draft-note").wait_for()
    assert other.page.input_value("#id_name") == "张三"
    with kept(other.page):
        other.page.click("[data-discard]")
    assert other.page.input_value("#id_description") == ""
    assert not Complaint.objects.exists()
    assert not KeptDraft.objects.exists()


def test_what_was_typed_without_a_connection_reaches_the_portal_later(department, visitors):
    case = ComplaintFactory(store=department.store, owner=department.agent)
    place = reverse("complaints:case", args=[case.number])
    desk = enter(visitors, department.agent, language="zh-hans", width="wide")
    desk.page.goto(place)
    desk.page.wait_for_load_state("networkidle")
    desk.context.set_offline(offline=True)
    desk.page.fill("#id_text", "电话里说的")
    desk.page.wait_for_timeout(2500)  # the try that fails
    desk.context.set_offline(offline=False)
    desk.problems.clear()  # the lost connection is one
    desk.page.goto(place)
    until_kept(desk.page)
    assert desk.page.input_value("#id_text") == "电话里说的"
    assert "电话里说的" in KeptDraft.objects.get().text
