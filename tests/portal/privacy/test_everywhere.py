"""No text field of any table keeps a word of somebody who is erased (§10, point 6)."""

import importlib
import inspect
import pkgutil

import pytest
from django.db import IntegrityError, transaction
from django.db.models import CharField, JSONField, TextField
from factory.django import DjangoModelFactory

from portal.models import Masking
from portal.privacy import erasing, persons, places
from portal.privacy.erasing import Wish
from tests import factories
from tests.factories.complaints import NOW, CustomerFactory
from tests.portal.privacy import traces

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NAME, PHONE, STREET = "欧阳霏霏", "13877665544", "江苏省扬州市广陵区月亮弯路18号"
WORDS = [NAME, "阳霏", PHONE, "月亮弯路"]
POISON = f"{NAME} 138-7766-5544 {STREET}"
LEFT = {
    "feedback.answer.text",
    "staff.adjustment.withdrawn_because",
    "staff.article.archived_why",
    "staff.articleversion.text_en",
    "staff.articleversion.title_en",
    "staff.coaching.outcome",
    "staff.demerit.withdrawn_why",
    "staff.dispute.answer",
    "staff.draftcell.reason",
    "staff.planrun.outcome",
    "staff.planrun.to_change",
    "staff.planrun.went_well",
    "staff.praise.withdrawn_why",
    "staff.proposal.dismissed_why",
    "staff.reportquestion.answer",
}
"""Fields that a rule of their table lets be filled together with others only."""
MADE = {
    factory._meta.model: factory
    for name in (each.name for each in pkgutil.iter_modules(factories.__path__))
    for module in [importlib.import_module(f"tests.factories.{name}")]
    for factory in vars(module).values()
    if inspect.isclass(factory) and issubclass(factory, DjangoModelFactory) and factory._meta.model
}


def poisoned(row, name):
    """Return a text of the person that fits into the field."""
    field = row._meta.get_field(name)
    if isinstance(field, JSONField):
        return [POISON, {"buyer": NAME}]
    longest = field.max_length or len(POISON)
    return POISON if longest >= len(POISON) else NAME if longest >= len(NAME) else None


def put(place, row, values):
    """Write a text past services and triggers; false where a rule of the table forbids it."""
    try:
        with transaction.atomic():
            flag = Masking.objects.create()
            place.rows.filter(pk=row.pk).update(**values)
            flag.delete()
    except IntegrityError:
        return False
    return True


@pytest.fixture
def person():
    return CustomerFactory(name=NAME, phone=PHONE, address=STREET, company="")


def test_a_word_in_any_text_field_is_masked(person, settings, tmp_path):
    settings.MEDIA_ROOT = settings.VAR_DIR = tmp_path
    filled, left = set(), set()
    for place in places.places():
        fields = [*place.masked, *place.once, *place.sealed]
        if not fields or place.model not in MADE:
            continue
        row = MADE[place.model]()
        for name in fields:
            value = poisoned(row, name)
            if value is not None and put(place, row, {name: value}):
                filled.add(f"{place.code}.{name}")
            else:
                left.add(f"{place.code}.{name}")
        if place.after:
            place.after([row.pk])
    before = {place for place, _word in traces.of(WORDS)}
    assert len(filled) > 100
    assert {code.split(".")[0] + "_" + code.split(".")[1] for code in filled} - before == set()
    subject = persons.the_one(f"customer:{person.pk}")
    erasing.erase(Wish(subject=subject, actor=None), now=NOW)
    assert traces.of(WORDS) == set()
    assert not Masking.objects.exists()
    assert left == LEFT


SAYS_A_NUMBER = {"complaints.order", "staff.unfinishedorder"}
"""Their text is the number of an order, which stays; one with words in it is masked."""
NO_TARGET = {"portal.apicall", "portal.incomingfile", "portal.savedview", "staff.articletag"}
"""Of these no act is written down."""


def test_what_the_audit_log_keeps_of_a_row_is_no_text_that_may_name_a_customer():
    telling = set()
    for place in places.places():
        fields = [*place.blank, *place.masked, *place.once, *place.sealed]
        if not fields or place.model not in MADE:
            continue
        row = MADE[place.model]()
        for name in fields:
            if isinstance(row._meta.get_field(name), CharField | TextField):
                setattr(row, name, NAME)
        if NAME in str(row):
            telling.add(place.code)
    assert telling == SAYS_A_NUMBER | NO_TARGET
