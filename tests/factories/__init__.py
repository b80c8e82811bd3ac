"""One module per app; every model has a factory."""

from factory.django import DjangoModelFactory

__all__ = ["DjangoModelFactory"]
