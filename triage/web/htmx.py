"""The one module that imports htmx_flask. It adds what htmx 4 says differently from htmx 2."""

from urllib.parse import unquote

from flask import Flask, Response, request
from htmx_flask import Htmx

_htmx = Htmx()


def init_app(app: Flask) -> None:
    _htmx.init_app(app)
    app.after_request(_vary)


def is_htmx() -> bool:
    """Did htmx ask, and for a part of the page rather than for all of it?"""
    return bool(request.htmx) and request.headers.get("HX-Request-Type") != "full"  # type: ignore[attr-defined]


def target() -> str:
    """The id of the element the answer goes into: htmx 4 sends it as `tag#id`."""
    return unquote(request.headers.get("HX-Target", "").partition("#")[2])


def into(response: Response, selector: str, swap: str = "innerHTML") -> Response:
    """Send the answer into another element than the one that asked, and leave the page where it is scrolled to.

    htmx_flask's own helper refuses htmx 4's swaps.
    """
    response.headers["HX-Retarget"] = selector
    response.headers["HX-Reswap"] = f"{swap} show:none"
    return response


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(("HX-Request", "HX-Target"))
    return response
