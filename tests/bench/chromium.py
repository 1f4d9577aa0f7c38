"""A real browser with windows that are signed in, when the machine has one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.bench.servers import Server

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser | None]:
    """$CHROMIUM, one on the PATH, Playwright's own, or none."""
    with sync_playwright() as playwright:
        found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        path = found or playwright.chromium.executable_path
        if not Path(path).exists():
            yield None
            return
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def visitor(browser: Browser, server: Server, cookie: str) -> BrowserContext:
    """Somebody's browser, which has not been here before."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1600, "height": 1000})
    context.set_default_timeout(10_000)
    name, _equals, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": server.url}])
    return context
