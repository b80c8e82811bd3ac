"""Every field that can hold a word of a customer is declared, once and for years (§10)."""

import pytest
from django.apps import apps
from django.db import models

from portal import sealing
from portal.privacy import own, places
from portal.transfer import registry

TELLING = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.BinaryField,
    models.GenericIPAddressField,
)
CAN_BE_SAID = "declare it in the app's privacy.py: blank, masked or once, else kept with the reason"


def telling_fields(model):
    """Fields that take what somebody typed; a choice of codes tells nothing."""
    return {
        field.name
        for field in model._meta.local_fields
        if isinstance(field, TELLING) and not field.choices
    }


ALL = {model._meta.label_lower: model for model in apps.get_models(include_auto_created=True)}
DECLARED = {place.code: place for place in places.places()}


@pytest.mark.parametrize("label", sorted(ALL))
def test_every_field_that_can_name_somebody_is_declared(label):
    wanted = telling_fields(ALL[label])
    said = DECLARED[label].declared if label in DECLARED else set()
    assert wanted - said == set(), CAN_BE_SAID


@pytest.mark.parametrize("label", sorted(DECLARED))
def test_what_is_declared_is_there_and_makes_sense(label):
    place = DECLARED[label]
    names = {field.name for field in place.model._meta.get_fields()}
    assert place.declared - names == set()
    searched = {*place.masked, *place.once}
    sealed = {
        field.name
        for field in place.model._meta.local_fields
        if isinstance(field, sealing.SealedTextField)
    }
    assert searched & sealed == set(), "what is sealed cannot be searched: name it in `sealed`"
    assert searched & set(place.kept) == set()
    if place.blank or place.drop or place.file:
        assert place.of is not None
    if place.of is not None:
        assert place.label


def test_a_place_of_somebody_is_counted_given_out_and_erased():
    own = [place for place in DECLARED.values() if place.of is not None]
    assert len(own) > 20
    assert {place.code for place in own if not (place.declared or place.code)} == set()


def test_of_every_kind_of_file_is_said_whether_it_goes_with_an_erased_person():
    kinds = {kind.name for kind in registry.kinds()}
    assert kinds - own.declared_files() == set(), "say it in the app's privacy.py"
