from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal import shell


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", {"tiles": shell.tiles(request)})


def search(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/search.html", {"query": request.GET.get("q", "")})
