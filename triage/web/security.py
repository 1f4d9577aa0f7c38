"""CSRF, Sec-Fetch-Site, the content security policy with its nonce, headers, cookie flags, throttles."""

import secrets
from datetime import timedelta

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.exceptions import Forbidden
from werkzeug.middleware.proxy_fix import ProxyFix

from triage.config import Settings
from triage.database import SAFE_METHODS

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", in_memory_fallback_enabled=True)
LONGEST_ONWARD = 2_000


class CrossSite(Forbidden):
    """A write that another site's page sent."""


def init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=settings.secret_key_fallbacks,
        TRUSTED_HOSTS=None if "*" in settings.trusted_hosts else settings.trusted_hosts,
        MAX_CONTENT_LENGTH=settings.upload_limit,
        MAX_FORM_MEMORY_SIZE=settings.upload_limit,
        SESSION_COOKIE_NAME="__Host-triage" if settings.https else "triage",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # Signed anew only with its row (accounts/signing_in.py), not with every answer.
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.session_days),
        # A room stays open longer than an hour; the token dies with the session instead.
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_ENABLED=settings.throttle,
    )
    app.session_interface = Sessions()
    csrf.init_app(app)
    limiter.init_app(app)
    app.before_request(_refuse_cross_site)
    app.after_request(_headers)
    app.jinja_env.globals["nonce"] = nonce
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


class Sessions(SecureCookieSessionInterface):
    """What anyone may keep for a year carries nobody's cookie, and is the same for all."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "assets.bundle":
            super().save_session(app, session, response)


def nonce() -> str:
    """This answer's nonce: only scripts that carry it run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def local_path(url: str, otherwise: str) -> str:
    """A path on this site to go on to, or `otherwise` when the address leads anywhere else."""
    is_local = url.startswith("/") and not url.startswith("//") and "\\" not in url and url.isprintable()
    return url if is_local and len(url) <= LONGEST_ONWARD else otherwise


def _refuse_cross_site() -> None:
    """A browser that says a write comes from another site is believed, whatever token it carries."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and origin.partition("://")[2] != request.host
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"} or is_foreign:
        raise CrossSite


def _headers(response: Response) -> Response:
    script = f"'nonce-{g.nonce}'" if "nonce" in g else "'none'"
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self' data:; font-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint not in {"static", "assets.bundle"}:
        # What a team wrote stays out of shared caches and of the back button after signing out.
        response.headers.setdefault("Cache-Control", "no-store" if response.mimetype == "text/html" else "private")
    return response
