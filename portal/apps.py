from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Fill the shell; let each app register its files and personal data, as the admin does."""
        from portal import registry  # noqa: PLC0415 -- models are loaded only now

        registry.fill()
        autodiscover_modules("resources")
        autodiscover_modules("privacy")
