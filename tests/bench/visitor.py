"""Somebody at a board, in a real browser."""

from playwright.sync_api import Browser, BrowserContext

from tests.bench.servers import Server


def visitor(browser: Browser, server: Server, cookie: str) -> BrowserContext:
    """Somebody's browser, which has not been here before."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1600, "height": 1000})
    context.set_default_timeout(10_000)
    name, _equals, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": server.url}])
    return context
