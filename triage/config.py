"""Every setting: its name, type, default and one line. Read from TRIAGE_… variables and from .env."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic.functional_validators import BeforeValidator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

CommaSeparated = Annotated[
    list[str],
    NoDecode,
    BeforeValidator(lambda v: [p.strip() for p in v.split(",") if p.strip()] if isinstance(v, str) else v),
]


class Settings(BaseSettings):
    """The settings of one process. There is no default secret: a start without one fails and names it."""

    model_config = SettingsConfigDict(env_prefix="TRIAGE_", env_file=ROOT / ".env", extra="ignore")

    secret_key: str = Field(min_length=32, repr=False, description="signs cookies; 32 or more random characters")
    secret_key_fallbacks: CommaSeparated = Field(
        default=[], repr=False, description="earlier secrets that are still accepted, comma separated"
    )
    database_url: str = Field(
        default=f"sqlite:///{ROOT / 'instance' / 'triage.db'}",
        pattern="^(sqlite|postgres|postgresql)://",
        repr=False,
        description="sqlite:///path or postgresql://…",
    )
    https: bool = Field(default=True, description="cookies travel over HTTPS only; off for http://127.0.0.1")
    trusted_hosts: CommaSeparated = Field(
        default=["localhost", "127.0.0.1"], description="host names this server answers to, comma separated; * for any"
    )
    proxy_hops: int = Field(default=0, ge=0, description="reverse proxies in front whose X-Forwarded-… is believed")
    session_days: int = Field(default=14, ge=1, le=3650, description="days without a visit after which a sign-in ends")
    invitation_days: int = Field(default=7, ge=1, le=3650, description="days an invitation link stays open")
    upload_limit: int = Field(default=2_000_000, ge=10_000, description="largest request body, in bytes")
    threads: int = Field(default=96, ge=20, description="threads per process; each open board holds one")
    processes: int = Field(default=1, ge=1, description="server processes; more than one needs PostgreSQL")
    streams_per_person: int = Field(default=8, ge=1, description="open live streams one person may hold per process")
    stream_minutes: float = Field(
        default=15, gt=0, description="minutes after which a live stream says bye and returns"
    )
    heartbeat_seconds: float = Field(default=5, gt=0, le=7, description="seconds between a live stream's signs of life")
    throttle: bool = Field(default=True, description="limit sign-ins and sign-ups per address")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def sqlalchemy_url(self) -> str:
        """The address with the driver we use: psycopg 3."""
        head, colon, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}" if colon and head in {"postgres", "postgresql"} else self.database_url


def load_settings(**overrides: object) -> Settings:
    """The settings, or a SystemExit whose sentences name each setting that is wrong and what it should hold."""
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SystemExit("\n".join(_sentence(problem["loc"], problem["msg"]) for problem in error.errors())) from None
    if settings.is_sqlite and settings.processes > 1:
        raise SystemExit(
            "TRIAGE_PROCESSES: several processes need PostgreSQL, because live boards on SQLite ring inside one"
            " process. Set TRIAGE_PROCESSES=1, or TRIAGE_DATABASE_URL to a postgresql:// address."
        )
    return settings


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    name = "TRIAGE_" + str(location[0]).upper()
    field = Settings.model_fields.get(str(location[0]))
    return f"{name}: {message} ({field.description})" if field else f"{name}: {message}"
