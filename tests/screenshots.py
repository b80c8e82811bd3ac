"""`python -m tests.screenshots`: a picture of every page, and what is wrong with each.

Starts the demo (or takes `--base`), signs in as each post, and walks from every page without
arguments along the links: one sample of each URL name. Each is seen in both languages, at 1440 and
390 px, and dark; every picture is kept with an index, and the report names errors of the console,
sideways scrolling, cut texts and serious findings of axe. Exit status 1 when there are any.
Pages of tests/access.py that answer a GET and were met by nobody are listed at the end.
"""

import argparse
import html
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests import browsing

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "kefu-demo-2026"  # noqa: S105 -- of the demo, public knowledge
POSTS = ("S001", "admin", "D001", "L001", "A001", "A002", "")  # "" is not signed in
VARIANTS = ("zh-1440", "zh-390", "en-1440", "en-390", "zh-1440-dark", "zh-390-dark")
SKIPPED = re.compile(r"/(accounts/logout|admin/logout|admin/jsi18n|static|media|health)\b|\.ics$")
START_WITHIN = 300  # seconds
CUT = """() => [...document.querySelectorAll(
  'button, .btn, .badge, h1, h2, h3, th, legend, .nav-label, .tab-count, summary')].filter(node => {
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    if (!box.width || !box.height || style.visibility === 'hidden') return false;
    if (node.closest('.visually-hidden') || style.display === 'inline') return false;
    return node.scrollWidth > node.clientWidth + 1 && style.overflowX !== 'auto';
  }).slice(0, 5).map(node => node.tagName.toLowerCase() + ': ' + node.innerText.trim().slice(0, 40))
"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map(a => a.href)"


@dataclass
class Shot:
    """One page as one post saw it in one variant, and what is wrong with it."""

    post: str
    name: str
    path: str
    variant: str
    file: str
    problems: list[str] = field(default_factory=list)


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo on a folder of its own and give its address."""
    var = Path(tempfile.mkdtemp(prefix="kefu-shots-"))
    env = os.environ | {"KEFU_VAR": str(var)}
    argv = [sys.executable, "manage.py", "demo", "--port", "0"]
    process = subprocess.Popen(argv, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        state, until = var / "demo.json", time.monotonic() + START_WITHIN
        while not state.exists():
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit("The demo did not start.")
            time.sleep(0.5)
        yield json.loads(state.read_text())["url"].rstrip("/")
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(var, ignore_errors=True)


class Walk:
    """One post's way through the portal in one variant."""

    def __init__(self, browser, base: str, post: str, variant: str, folder: Path, *, axe: bool):
        language, width, *rest = variant.split("-")
        self.base, self.post, self.variant, self.folder, self.axe = base, post, variant, folder, axe
        self.context = browsing.opened(
            browser, language=language, width=int(width), color_scheme="dark" if rest else "light"
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(90_000)
        self.errors: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))
        if post:
            self._sign_in()

    def _note(self, message) -> None:
        told = f"{message.text} {message.location.get('url', '')}"
        if message.type == "error" and browsing.AXE_S_OWN not in told:
            self.errors.append(f"console: {told[:200]}")

    def _sign_in(self) -> None:
        self.page.goto(f"{self.base}/accounts/login/")
        self.page.fill("input[name=login]", self.post)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(f"{self.base}/")

    def look(self, name: str, path: str) -> tuple[Shot | None, list[str]]:
        """Take a picture of a page; None for what is no page. Also returns its links."""
        self.errors.clear()
        status = self._go(path)
        if status in {0, 403, 404}:
            return None, []
        file = f"{self.post or 'nobody'}/{name.replace(':', '.')}.{self.variant}.png"
        shot = Shot(self.post, name, path, self.variant, file)
        if status >= 500:
            shot.problems.append(f"status {status}")
        shot.problems += self.errors
        if (beyond := browsing.sideways(self.page)) > 0:
            shot.problems.append(f"scrolls sideways by {beyond} px")
        shot.problems += [f"cut: {text}" for text in self.page.evaluate(CUT)]
        (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.folder / file, full_page=True)
        links = self.page.evaluate(LINKS)
        if self.axe:
            shot.problems += [f"axe {found}" for found in browsing.axe_findings(self.page)]
        for problem in shot.problems:
            told = f"{name} [{self.post or '-'} {self.variant}] {path}: {problem}"
            print(told, flush=True)
        return shot, links

    def _go(self, path: str) -> int:
        """Open a page and return its status; 0 for a file or another thing that is no page."""
        try:
            answer = self.page.goto(f"{self.base}{path}")
            if answer is None or "text/html" not in answer.headers.get("content-type", ""):
                return 0
            if not self.page.evaluate("() => document.doctype !== null"):
                return 0  # a fragment, which is seen where it is loaded into a page
            browsing.settle(self.page)
        except Exception as error:
            if "Download" in str(error) or "ERR_ABORTED" in str(error):
                return 0
            raise
        return answer.status

    def close(self) -> None:
        self.context.close()


def name_of(path: str) -> str | None:
    """Return the name of the URL that a path belongs to."""
    from django.urls import Resolver404, resolve  # noqa: PLC0415 -- Django is set up by main

    try:
        return resolve(urlsplit(path).path).view_name or None
    except Resolver404:
        return None


def seeds() -> dict[str, str]:
    """Return the pages without arguments that answer a GET, by name."""
    from django.urls import NoReverseMatch, reverse  # noqa: PLC0415 -- the same

    from tests.access import ACCESS  # noqa: PLC0415 -- the same

    found = {}
    for name, lines in ACCESS.items():
        if any(line.method == "get" for line in lines):
            try:
                found[name] = reverse(name)
            except NoReverseMatch:
                continue
    return found | {"admin:index": reverse("admin:index")}


def crawl(walk: Walk, only: str) -> Iterator[Shot]:
    """See every page without arguments and, along the links, one sample of each other name."""
    waiting = {n: path for n, path in seeds().items() if not SKIPPED.search(path)}
    seen: set[str] = set()
    while waiting:
        name = next(iter(waiting))
        path = waiting.pop(name)
        seen.add(name)
        shot, links = walk.look(name, path)
        for link in links:
            parts = urlsplit(link)
            if not link.startswith(walk.base) or SKIPPED.search(parts.path):
                continue
            if (other := name_of(parts.path)) and other not in seen:
                waiting.setdefault(other, parts.path)
        if shot and only in name:
            yield shot


def _index(shots: list[Shot], folder: Path) -> None:
    """Write a page that shows all pictures, those with problems first."""
    rows = []
    for shot in sorted(shots, key=lambda each: (not each.problems, each.name, each.post)):
        label = html.escape(f"{shot.name} · {shot.post or '–'} · {shot.variant}")
        told = "".join(f"<li>{html.escape(problem)}</li>" for problem in shot.problems)
        rows.append(
            f'<figure><a href="{shot.file}"><img loading="lazy" src="{shot.file}" alt=""></a>'
            f"<figcaption>{label}<ul>{told}</ul></figcaption></figure>"
        )
    style = (
        "body{font:14px sans-serif;display:grid;gap:1rem;"
        "grid-template-columns:repeat(auto-fill,minmax(18rem,1fr))}"
        "img{width:100%;max-height:20rem;object-fit:cover;object-position:top}"
        "figure{margin:0}li{color:#b3261e}"
    )
    head = f'<!doctype html><meta charset="utf-8"><title>Kefu</title><style>{style}</style>'
    (folder / "index.html").write_text(head + "\n".join(rows), encoding="utf-8")


def see(base: str, options: argparse.Namespace, post: str) -> list[Shot]:
    """See every page as one post, in each variant."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- only where pictures are taken

    _set_up()
    path = browsing.chromium_path()
    if path is None:
        raise SystemExit("Chromium is not installed.")
    first, *others = options.variants
    with sync_playwright() as playwright:
        browser = browsing.launched(playwright, path)
        walk = Walk(browser, base, post, first, options.to, axe=not options.no_axe)
        found = list(crawl(walk, options.only))
        walk.close()
        shots = list(found)
        for variant in others:
            walk = Walk(browser, base, post, variant, options.to, axe=not options.no_axe)
            again = (walk.look(shot.name, shot.path)[0] for shot in found)
            shots += [shot for shot in again if shot]
            walk.close()
        browser.close()
    print(f"{post or 'nobody'}: {len(found)} pages", flush=True)
    return shots


def run(base: str, options: argparse.Namespace) -> list[Shot]:
    """Let a process for each processor see the portal, one post at a time."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=spawned) as pool:
        seen = [pool.submit(see, base, options, post) for post in options.posts]
        return [shot for each in seen for shot in each.result()]


def _report(shots: list[Shot], options: argparse.Namespace) -> int:
    _index(shots, options.to)
    wrong = [shot for shot in shots if shot.problems]
    from tests.access import ACCESS  # noqa: PLC0415 -- Django is set up by main

    met = {shot.name for shot in shots}
    unmet = [
        name
        for name, lines in ACCESS.items()
        if any(line.method == "get" for line in lines) and name not in met
    ]
    if not options.only:
        print("no page met for:", ", ".join(sorted(unmet)) or "none")
    print(f"{len(shots)} pictures of {len(met)} pages, {len(wrong)} with problems: {options.to}")
    return int(bool(wrong))


def _set_up() -> None:
    import django  # noqa: PLC0415 -- the settings are chosen by main

    django.setup()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--base", help="the address of a running demo; none: start one")
    asked.add_argument("--to", type=Path, default=ROOT / "var" / "screenshots")
    asked.add_argument("--posts", nargs="*", default=list(POSTS))
    asked.add_argument("--variants", nargs="*", choices=VARIANTS, default=list(VARIANTS[:5]))
    asked.add_argument("--only", default="", help="a part of the URL's name, such as staff:roster")
    asked.add_argument("--no-axe", action="store_true")
    options = asked.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with tempfile.TemporaryDirectory(prefix="kefu-shots-") as var:
        os.environ.setdefault("KEFU_VAR", var)
        _set_up()
        if options.base:
            return _report(run(options.base.rstrip("/"), options), options)
        with demo() as base:
            return _report(run(base, options), options)


if __name__ == "__main__":
    sys.exit(main())
