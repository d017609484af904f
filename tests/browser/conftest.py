"""A real browser on the live server, and people who are signed in to it."""

from collections.abc import Callable
from datetime import timedelta
from shutil import which
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from mooring.care.sessions.models import Session
from mooring.identity.models import Person
from tests.browser.contrast import findings
from tests.care.sessions.rows import started
from tests.people import Cast, make_cast

CHROMIUM = which("chromium-headless-shell") or which("chromium")
"""Without windows of its own, where it is installed: the whole program draws an interface that nobody sees."""
WAIT_MS = 40_000
"""How long a step may take on a machine that is ten times slower; a step that comes sooner waits for nothing."""
expect.set_options(timeout=WAIT_MS)
WITHOUT_NOTICES = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('#toasts > *, .toasts > * { visibility: hidden }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
"""A notice disappears after seconds, so no test may wait for one: it waits for what stays on the page."""
ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}
"""Every rule runs; what passed is not written out node by node, which takes most of the time on long pages."""
PAINT_IN_THEME = """async theme => {
  document.documentElement.dataset.theme = theme;
  const frame = () => new Promise((painted) => { requestAnimationFrame(painted); setTimeout(painted, 2000); });
  for (let each = 0; each < 2; each++) await frame();
  const moving = document.getAnimations().filter(each => each instanceof CSSTransition);
  const settled = Promise.all(moving.map(each => each.finished.catch(() => null)));
  await Promise.race([settled, new Promise((late) => setTimeout(late, 5000))]);
}"""
"""Until frames have passed, the colours of the theme before are still the computed ones, and axe would judge those."""
RULES_OF_STYLE = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]
"""The rules whose answer a theme can change: it sets colours and sizes and touches no element."""
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--disable-quic"]}


@pytest.fixture
def clinic(transactional_db: None) -> Cast:
    """The cast where it is noon: a browser has the real clock."""
    return make_cast(timezone.now())


@pytest.fixture
def session(clinic: Cast) -> Session:
    """Opened twenty minutes ago; the infusion runs since a quarter of an hour."""
    return started(clinic, timezone.now() - timedelta(minutes=20))


@pytest.fixture
def open_as(browser: Browser, live_server: Any) -> Any:
    """`open_as(person, "/path/", width=390, theme="room")`: a page, as this person sees it (None: a visitor)."""
    contexts = []

    def opened(
        person: Person | None, path: str, *, width: int = 1280, height: int = 800, theme: str = "day"
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=live_server.url)
        contexts.append(context)
        cookies = [{"name": "theme", "value": theme, "url": live_server.url}]
        if person is not None:
            cookies.append(
                {"name": settings.SESSION_COOKIE_NAME, "value": sign_in(person), "url": live_server.url}
            )
        context.add_cookies(cookies)  # type: ignore[arg-type]
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(f"({WITHOUT_NOTICES})()")
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for each in contexts:
        each.close()


def sign_in(person: Person) -> str:
    """A signed-in session of this person; returns its key."""
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    assert store.session_key
    return store.session_key


def axe_findings(page: Page, *rules: str) -> list[str]:
    """What axe finds on the page as it stands, by all its rules or by these: rule and place, one line each."""
    return findings(page, {**ONLY_WHAT_IS_WRONG, "runOnly": list(rules)} if rules else ONLY_WHAT_IS_WRONG)


def findings_in_both_themes(page: Page) -> list[str]:
    """What axe finds by day, then what the dark room changes; the page is left in the theme that it had."""
    page.emulate_media(reduced_motion="reduce")  # colours change at once, so that axe sees them settled
    chosen = page.evaluate("document.documentElement.dataset.theme")
    wrong = []
    for theme, rules in (("day", ()), ("room", RULES_OF_STYLE)):
        page.evaluate(PAINT_IN_THEME, theme)
        found = axe_findings(page, *rules)
        if found:  # once more, when the change of theme has been painted
            page.wait_for_timeout(600)
            found = axe_findings(page, *rules)
        wrong += [f"{theme}: {each}" for each in found]
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", chosen)
    return wrong


def until(page: Page, asked: str) -> None:
    """Wait until an expression that answers with a promise is true: `wait_for_function` takes any promise for true."""
    page.evaluate(
        f"""async (latest) => {{
          while (!(await ({asked}))) {{
            if (performance.now() > latest) throw new Error('it was never true');
            await new Promise((later) => setTimeout(later, 50));
          }}
        }}""",
        page.evaluate("performance.now()") + WAIT_MS,
    )


def sideways_px(page: Page) -> int:
    """By how many pixels the page can be scrolled sideways, once a new size of the window has been painted."""
    width: int = page.evaluate(
        """async () => {
          const frame = () => new Promise((painted) => { requestAnimationFrame(painted); setTimeout(painted, 2000); });
          for (let each = 0; each < 2; each++) await frame();
          return document.documentElement.scrollWidth - document.documentElement.clientWidth;
        }"""
    )
    return width
