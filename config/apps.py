from django.apps import AppConfig
from django.contrib.admin import apps


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Kefu"


class DepartmentAdminConfig(apps.AdminConfig):
    default = False  # else Django would hesitate between the two
    default_site = "config.site.DepartmentSite"
