"""A deputy finds a customer, downloads everything, and erases it in two steps (§10)."""

import json
import zipfile

import pytest
from django.urls import reverse

from complaints.models import Customer, Note
from portal.models import Erasure
from portal.privacy.masking import MARK
from tests.factories.complaints import (
    ComplaintFactory,
    CustomerFactory,
    NoteFactory,
    OrderFactory,
)
from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory
NAME, PHONE = "欧阳霏霏", "13877665544"


def find(visitor, customer):
    """Look for nobody, then for the customer by phone, and open the page."""
    page = visitor.page
    page.goto(reverse("portal:privacy"))
    visitor.check()
    page.fill("#id_q", "没有这个人")
    page.click("main form button[type=submit]")
    page.wait_for_selector("main .empty .bi-person-x")
    page.fill("#id_q", "138 7766 5544")
    page.click("main form button[type=submit]")
    page.wait_for_selector("[data-found]")
    visitor.check()
    page.click("[data-found] a")
    page.wait_for_url(f"**{reverse('portal:privacy_person', args=['customer', customer.pk])}")
    visitor.check()


def give_out(page):
    """Download the file and return where something was stored."""
    page.fill("#id_why", "2026-17")
    with page.expect_download() as download:
        page.click("main form button[type=submit]")
    data = json.loads(zipfile.ZipFile(download.value.path()).read("data.json"))
    return {place["place"] for place in data["places"]}


def erase(visitor):
    page = visitor.page
    page.click("a.btn-outline-danger")
    page.wait_for_url("**/erase/")
    visitor.check()
    page.fill("#id_reference", "2026-17")
    page.check("#id_sure")
    page.click("main button.btn-danger")
    page.wait_for_url("**/privacy/erasures/*/")
    visitor.check()


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "phone"), ("en", "wide")])
def test_a_customer_is_found_given_out_and_erased(visitors, settings, tmp_path, language, width):
    settings.VAR_DIR = tmp_path
    them = Department()
    customer = CustomerFactory(name=NAME, phone=PHONE)
    order = OrderFactory(store=them.store, customer=customer)
    case = ComplaintFactory(store=them.store, customer=customer, order=order)
    NoteFactory(complaint=case, text=f"{NAME}来电")
    visitor = visitors(language=language, width=width)
    visitor.sign_in(them.deputy.number, PASSWORD)
    find(visitor, customer)
    assert give_out(visitor.page) == {
        "complaints.customer", "complaints.order", "complaints.complaint", "complaints.note",
    }  # fmt: skip
    erase(visitor)
    assert Customer.objects.get().name == f"{MARK}{customer.pk}"
    assert Note.objects.get().text == MARK
    assert Erasure.objects.get().reference == "2026-17"
    visitor.page.goto(reverse("portal:privacy"))
    assert NAME not in visitor.page.content()
    visitor.check()
