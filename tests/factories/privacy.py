import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.enums import ErasureReason
from portal.models import ErasedKey, Erasure, Masking


class ErasureFactory(DjangoModelFactory):
    class Meta:
        model = Erasure

    at = factory.LazyFunction(timezone.now)
    reason = ErasureReason.REQUEST


class ErasedKeyFactory(DjangoModelFactory):
    class Meta:
        model = ErasedKey

    erasure = factory.SubFactory(ErasureFactory)
    kind = "customer"
    key = factory.Sequence(str)


class MaskingFactory(DjangoModelFactory):
    class Meta:
        model = Masking
