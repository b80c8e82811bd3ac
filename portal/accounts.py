"""How people sign in: by staff number or e-mail; nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from axes.decorators import axes_dispatch, axes_form_invalid
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

__all__ = ["Adapter", "SignInForm", "axes_dispatch", "axes_form_invalid", "locked_out"]


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        return False


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth is untyped
    """The sign-in form; failed tries are counted by axes through its backend."""


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:  # noqa: ANN401 -- axes' signature
    return render(request, "account/locked.html", status=429)
