"""Sentences about waves of complaints."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy, ngettext

from complaints.models import Wave


def about(wave: Wave) -> str:
    """Return what a wave is about: product or store, and the type."""
    place = wave.product.name if wave.product else wave.store.name if wave.store else ""
    return f"{place} · {wave.type.name}"


def of_wave(wave: Wave) -> str:
    """Return what is said of a wave."""
    return ngettext(
        "%(count)d complaint within %(minutes)d minutes: %(about)s",
        "%(count)d complaints within %(minutes)d minutes: %(about)s",
        wave.cases,
    ) % {"count": wave.cases, "minutes": wave.minutes, "about": about(wave)}


def reason(wave: Wave) -> str:
    """Return the reason that stands in the proposal, in the department's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return of_wave(wave)


VERBS = {"complaint.wave": gettext_lazy("Wave of complaints noticed")}
