"""A real Chromium against a live server: no request leaves the machine, no error is overlooked."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

AXE = Path(__file__).parent / "axe" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
SETTLED = (
    "() => document.readyState === 'complete' && !document.querySelector("
    "'.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"
)
WIDTHS = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed: the journeys in the browser are not tried")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """One person at one browser window. Collects what went wrong behind the page."""

    def __init__(self, browser, base, *, language, width):
        locale = {"zh-hans": "zh-CN", "en": "en-GB"}[language]
        self.context = browser.new_context(
            viewport=WIDTHS[width],
            locale=locale,
            timezone_id="Asia/Shanghai",
            base_url=base,
            reduced_motion="reduce",  # a half-faded text has no colour to judge
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

    def settle(self):
        """Wait until the page is there and nothing that it asked for is on its way."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_function(SETTLED)

    def check(self):
        """No serious finding of axe, no sideways scroll, no error behind the page."""
        self.settle()
        before = len(self.problems)
        # axe is put in from outside: the policy of the page would refuse a foreign script
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']}).then(r => r.violations"
            ".filter(v => ['serious', 'critical'].includes(v.impact))"
            ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | ')))"
        )
        # what axe itself tries and the policy refuses is no error of the page
        self.problems[before:] = [p for p in self.problems[before:] if "inline style" not in p]
        assert found == [], f"{self.page.url}: {found}"
        self.glance()

    def glance(self):
        """No sideways scroll, no error behind the page so far."""
        overflow = self.page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{self.page.url} scrolls sideways by {overflow}"
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
