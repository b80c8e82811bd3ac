"""The roster of 60 people and 31 days on one sheet of paper."""

import io
from datetime import date

import pytest
from pypdf import PdfReader

from tests.factories.staff import AssignmentFactory, Department, PersonFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory
OCTOBER = date(2026, 10, 1)


def test_sixty_people_and_31_days_are_printed_on_one_page(visitors):
    them = Department()
    here = 3  # lead, agent and mate
    for _ in range(60 - here):
        person = PersonFactory(posting__team=them.team, posting__chief=them.lead)
        AssignmentFactory(person=person, team=them.team, day=OCTOBER)
    visitor = visitors()
    visitor.sign_in(them.lead.number, PASSWORD)
    visitor.page.goto(f"/staff/roster/print/?team={them.team.pk}&month=2026-10")
    visitor.check()
    assert visitor.page.locator("tbody tr").count() == 60
    assert visitor.page.locator("thead th:not(.who):not(.share)").count() == 31
    printed = visitor.page.pdf(prefer_css_page_size=True, print_background=True)
    pages = PdfReader(io.BytesIO(printed)).pages
    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages] == [
        (842, 595)  # A4, landscape, in points
    ]
