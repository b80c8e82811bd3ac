"""`manage.py begin`: the first administrator of an empty portal."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal import audit
from portal.setup import beginning


class Command(BaseCommand):
    help = "Make the first administrator and print the link on which a password is chosen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", default="admin", help="with which the administrator signs in")
        parser.add_argument("--email", default="", help="for a forgotten password, later")

    def handle(self, *_args: object, **options: Any) -> None:  # noqa: ANN401 -- as argparse gives them
        try:
            with audit.coming_from("begin"):
                user = beginning.begin(
                    name=options["name"], email=options["email"], now=timezone.now()
                )
        except beginning.HasBegun:
            raise CommandError(
                "There is an administrator already. A forgotten password is reset on the sign-in"
                " page, or by `manage.py changepassword`."
            ) from None
        path = beginning.password_path(user)
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        self.stdout.write(
            f"Open this link to choose a password, then sign in as {user.username}"
            f" (it works once, for {hours} h):\n打开此链接设置密码，"
            f"然后以 {user.username} 登录：\n\n"
            f"    {settings.PUBLIC_URL}{path}\n"
        )
