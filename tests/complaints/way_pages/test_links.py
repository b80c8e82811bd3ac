"""Links without an account: what customers and departments see and send."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from complaints.enums import CaseStage, LinkPurpose
from complaints.models import Agreement, Complaint, PersonalLink, Revisit
from complaints.services import links
from complaints.services.links import About
from portal.models import Throttle
from staff.people.models import Person
from tests.complaints.way_pages.steps import fresh, page, proposal_of, text_of
from tests.factories.complaints import CaseTaskFactory

pytestmark = pytest.mark.django_db


def linked(case, purpose, **more):
    about = About(purpose=purpose, complaint=case, **more)
    actor = Person.objects.get(pk=case.owner_id)
    return links.make(about, actor=actor, language="zh-hans", now=timezone.now())[0]


def test_the_customer_agrees_on_the_link_once(case):
    token = linked(case, LinkPurpose.AGREE, proposal=proposal_of(case, fen=0))
    visitor = Client()
    shown = text_of(visitor.get(page("link", token)))
    assert "我们给您的方案" in shown
    assert case.customer.name not in shown
    answer = visitor.post(page("link", token), {"answer": "yes", "words": "好"})
    assert answer.url == page("thanks")
    agreement = Agreement.objects.get()
    assert (agreement.recorded_by, agreement.wording) == (None, "好")
    assert fresh(case).stage == CaseStage.AGREED
    assert visitor.post(page("link", token), {"answer": "yes"}).status_code == 404


def test_a_no_on_the_link_says_what_the_customer_would_like(case):
    made = proposal_of(case)
    token = linked(case, LinkPurpose.AGREE, proposal=made)
    visitor = Client()
    assert visitor.post(page("link", token), {"answer": "no"}).status_code == 422
    visitor.post(page("link", token), {"answer": "no", "words": "要退款"})
    made.refresh_from_db()
    assert made.state == "DECLINED"


def test_the_customer_gives_a_score_once(case):
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    token = linked(case, LinkPurpose.SCORE)
    visitor = Client()
    assert visitor.post(page("link", token), {"score": "6"}).status_code == 422
    visitor.post(page("link", token), {"score": "1", "words": "还是坏的"})
    assert visitor.post(page("link", token), {"score": "5"}).status_code == 404
    assert (Revisit.objects.get().score, fresh(case).stage) == (1, CaseStage.INVESTIGATION)


def test_a_case_that_is_at_work_again_asks_for_no_score(case):
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    token = linked(case, LinkPurpose.SCORE)
    Complaint.objects.filter(pk=case.pk).update(stage="INVESTIGATION")
    assert Client().get(page("link", token)).status_code == 404
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    assert Client().get(page("link", token)).status_code == 200


def test_a_department_does_its_task_on_the_link(case):
    task = CaseTaskFactory(complaint=case, owner=case.owner, due_at=timezone.now())
    token = linked(case, LinkPurpose.TASK, task=task)
    visitor = Client()
    shown = text_of(visitor.get(page("link", token)))
    assert task.what in shown
    assert case.customer.name not in shown
    assert visitor.post(page("link", token), {"proof": ""}).status_code == 422
    visitor.post(page("link", token), {"proof": "SF9"})
    task.refresh_from_db()
    assert (task.state, task.done_by) == ("DONE", None)


def test_links_that_do_not_work_look_the_same(case):
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    used, void, late = (linked(case, LinkPurpose.SCORE) for _ in range(3))
    rows = PersonalLink.objects.order_by("pk")
    rows.filter(pk=rows[0].pk).update(used_at=timezone.now(), void_at=None)
    rows.filter(pk=rows[2].pk).update(expires_at=timezone.now())
    pages = set()
    for token in (used, void, late, "A" * 22, "x", "é" * 30, "9" * 400):
        response = Client(enforce_csrf_checks=False).get(page("link", token))
        assert response.status_code == 404
        assert response["Cache-Control"].startswith("max-age=0")
        pages.add(without_own(text_of(response), quote(page("link", token), safe="")))
    assert len(pages) == 1


def without_own(shown, address):
    """The page without what the visitor brought along: the address, and the token of the form."""
    shown = re.sub(r'name="next" value="[^"]*"', "", shown.replace(address, ""))
    return re.sub(r'("X-CSRFToken": |name="csrfmiddlewaretoken" value=)"[^"]*"', "", shown)


def test_who_guesses_is_stopped_for_a_while_and_others_are_not(case):
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    token = linked(case, LinkPurpose.SCORE)
    guesser = Client(REMOTE_ADDR="203.0.113.7")
    for number in range(31):
        assert guesser.get(page("link", f"guess{number}")).status_code == 404
    assert guesser.get(page("link", token)).status_code == 404
    assert Client(REMOTE_ADDR="203.0.113.8").get(page("link", token)).status_code == 200
    assert "203.0.113.7" not in str(list(Throttle.objects.values()))
    past = timezone.now() - timedelta(minutes=11)
    Throttle.objects.update(began_at=past)
    assert guesser.get(page("link", token)).status_code == 200


def test_the_link_speaks_the_language_it_was_made_in_until_the_visitor_chooses(case):
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    token = linked(case, LinkPurpose.SCORE)
    visitor = Client(HTTP_ACCEPT_LANGUAGE="en")
    assert "我们处理得怎么样" in text_of(visitor.get(page("link", token)))
    visitor.post("/language/", {"language": "en", "next": "/"})
    assert "How did we do?" in text_of(visitor.get(page("link", token)))
