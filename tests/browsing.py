"""What journeys and pictures share: how Chromium is started, and what a page must stand."""

import shutil
from pathlib import Path

AXE = Path(__file__).parent / "journeys" / "axe" / "axe.min.js"
HEIGHTS = {1440: 900, 390: 844}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
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
    "() => document.readyState === 'complete' && document.fonts.status === 'loaded'"
    " && !document.querySelector("
    "'.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"
)
BEYOND = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
AXE_RUN = """() => axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa'], resultTypes: ['violations']
}).then(r => r.violations
  .filter(v => ['serious', 'critical'].includes(v.impact))
  .map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')))"""
AXE_S_OWN = "inline style"  # what axe itself tries and the policy refuses is no error of the page


def chromium_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launched(playwright, path):
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


def opened(browser, *, language, width, **more):
    """Return a window: `zh` or `en`, so many pixels wide, with nothing kept."""
    return browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        locale=LOCALES[language],
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",  # a half-faded text has no colour to judge
        **more,
    )


def settle(page):
    """Wait until the page is there and nothing that it asked for is on its way."""
    page.wait_for_load_state("load")
    page.wait_for_function(SETTLED)


def sideways(page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return page.evaluate(BEYOND)


def axe_findings(page) -> list[str]:
    """Return what axe finds serious; it is put in from outside, past the policy of the page."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(AXE_RUN)
