"""A real Chromium against a live server: no request leaves the machine, no error is overlooked."""

import pytest
from playwright.sync_api import sync_playwright

from tests import browsing

WIDTHS = {"wide": 1440, "phone": 390}


@pytest.fixture(scope="session")
def chromium():
    path = browsing.chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed: the journeys in the browser are not tried")
    with sync_playwright() as playwright:
        browser = browsing.launched(playwright, path)
        yield browser
        browser.close()


class Visitor:
    """One person at one browser window. Collects what went wrong behind the page."""

    def __init__(self, browser, base, *, language, width):
        self.context = browsing.opened(
            browser, language=language[:2], width=WIDTHS[width], base_url=base
        )
        self.problems: list[str] = []
        self.base = base
        self.page = self._new_page()

    def _new_page(self):
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        # not routed: a browser whose requests are routed keeps no file and loads each page whole
        page.on("request", self._stay_here)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        return page

    def lose_page(self):
        """End the page as an empty battery does, and open another in the same browser."""
        self.page.close()
        self.page = self._new_page()

    def _stay_here(self, request):
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.problems.append(f"left the machine: {request.url}")

    def _note(self, message):
        if message.type == "error":
            self.problems.append(f"console: {message.text} {message.location.get('url', '')}")

    def sign_in(self, number, password):
        self.page.goto("/accounts/login/")
        self.page.fill("#id_login", number)
        self.page.fill("#id_password", password)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url("**/")

    def check(self):
        """No serious finding of axe, no sideways scroll, no error behind the page."""
        browsing.settle(self.page)
        before = len(self.problems)
        found = browsing.axe_findings(self.page)
        self.problems[before:] = [p for p in self.problems[before:] if browsing.AXE_S_OWN not in p]
        assert found == [], f"{self.page.url}: {found}"
        self.glance()

    def glance(self):
        """No sideways scroll, no error behind the page so far."""
        beyond = browsing.sideways(self.page)
        assert beyond <= 0, f"{self.page.url} scrolls sideways by {beyond}"
        assert self.problems == [], f"{self.page.url}: {self.problems}"

    def close(self):
        self.context.close()


@pytest.fixture
def visitors(chromium, live_server):
    opened = []

    def visit(*, language="zh-hans", width="wide"):
        visitor = Visitor(chromium, live_server.url, language=language, width=width)
        opened.append(visitor)
        return visitor

    yield visit
    for visitor in opened:
        visitor.close()
