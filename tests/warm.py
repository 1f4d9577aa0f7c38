"""Imported by the process that is forked: what is loaded, compressed and configured here nobody after it does again."""

import tempfile
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from tests import forking  # noqa: F401 - and all that it imports
from triage import create_app
from triage.config import Settings

Settings.model_config["env_file"] = None
never_opened = f"sqlite:///{Path(tempfile.gettempdir(), 'never-opened.db')}"
create_app(database_url=never_opened, secret_key="a secret that is used in tests only").extensions["bus"].close()
configure_mappers()
