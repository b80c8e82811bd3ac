import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

PORTAL = Path(__file__).resolve().parents[2]
TEMPLATES = [
    path
    for app in ("portal", "staff", "complaints", "feedback")
    for path in sorted((PORTAL / app).glob("templates/**/*.html"))
]


def component(name, **context):
    with translation.override("en"):
        return render_to_string(f"portal/components/{name}.html", context)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PORTAL)))
def test_template_has_no_inline_script_or_style(path):
    """The content policy forbids them, and a browser would drop them without a word."""
    text = re.sub(r"\{%.*?%\}", "", path.read_text(encoding="utf-8"))  # parameters of tags
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:|hx-on", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_bell_counts_for_eyes_and_for_screen_readers():
    assert "1 unread notice<" in component("bell", unread=1, cursor=7)
    many = component("bell", unread=100, cursor=7)
    assert "99+" in many
    assert "100 unread notices" in many
    assert "bell-count" not in component("bell", unread=0)


def test_bell_sends_back_what_the_page_has_seen():
    bell = component("bell", unread=3, cursor=41)
    assert '<input type="hidden" name="unread" value="3">' in bell
    assert '<input type="hidden" name="cursor" value="41">' in bell


def test_poll_answer_replaces_the_bell_and_adds_a_toast_for_each_notice():
    fresh = [{"text": "Call <back>", "url": f"/{n}", "at": timezone.now()} for n in (1, 2)]
    answer = component("poll", unread=2, cursor=9, fresh=fresh)
    assert answer.count('hx-swap-oob="true"') == 1
    assert answer.count('hx-swap-oob="beforeend"') == 1
    assert answer.count('class="toast"') == 2
    assert "Call &lt;back&gt;" in answer


def test_poll_answer_without_news_has_no_toast():
    assert "toast" not in component("poll", unread=0, cursor=9, fresh=[])


@pytest.mark.parametrize("tone", ["neutral", "info", "success", "warning", "danger"])
def test_badge_says_its_state_by_colour_word_and_icon(tone):
    badge = component("badge", label="Late", tone=tone)
    assert f"tone-{tone}" in badge
    assert "Late" in badge
    assert "bi bi-" in badge


def test_masked_value_hides_until_asked():
    closed = component("masked", text="138****8000", url="/show", what="phone")
    assert 'hx-post="/show"' in closed
    assert "Show phone" in closed
    opened = component("masked", shown="13800138000")
    assert "13800138000" in opened
    assert "button" not in opened


def test_pager_leaves_out_what_is_not_there():
    first = component("pager", next="?after=9", count=10_001)
    assert "10,000+ entries" in first
    assert 'rel="prev"' not in first
    assert 'rel="next" href="?after=9"' in first
    assert "1 entry" in component("pager", count=1)


def test_timeline_shows_before_and_after():
    change = {"label": "Due", "before": "10:00", "after": "12:30"}
    entry = {"at": timezone.now(), "who": "Li", "text": "Moved", "changes": [change]}
    line = component("timeline", entries=[entry])
    assert re.search(r"<del>.*10:00.*</del>.*12:30", line)
    assert "Nothing has happened yet." in component("timeline", entries=[])


def test_act_asks_before_it_sends():
    act = component("act", url="/x", label="Delete", confirm="Delete it?", fields={"version": 3})
    assert 'data-confirm="Delete it?"' in act
    assert '<input type="hidden" name="version" value="3">' in act


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "500"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_error_page_names_a_next_step_and_no_code(page, language):
    with translation.override(language):
        html = render_to_string(f"{page}.html")
    assert f'<html lang="{language}"' in html
    assert 'class="btn btn-primary" href="' in html
    assert not re.search(r"[>\s](400|403|404|500)[<\s.]", html)
