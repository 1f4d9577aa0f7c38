"""What the tests themselves stand on: a machine of any make, shared with others."""

import socket
import urllib.request

import pytest

from tests.conftest import SETTINGS, postgres_folder
from tests.serving import serving
from triage.config import ROOT, load_settings

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_what_the_developer_has_set_is_not_heard(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("TRIAGE_SESSION_DAYS=3\n")
    monkeypatch.chdir(tmp_path)
    settings = load_settings(secret_key=SETTINGS["secret_key"])
    assert settings.model_config["env_file"] is None
    assert settings.session_days == 14


def test_postgresql_runs_in_a_folder_of_ones_own_by_a_name_without_spaces():
    folder = postgres_folder()
    assert folder.is_dir()
    assert " " not in folder.name
    assert ROOT not in folder.parents


@on_sqlite
def test_a_server_that_says_much_is_not_held_up(database_url, monkeypatch):
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--access-logfile=-")
    with serving(database_url) as address:
        for _time in range(30):
            request = urllib.request.Request(f"{address}/healthz", headers={"User-Agent": "x" * 4_000})  # noqa: S310
            assert urllib.request.urlopen(request, timeout=5).status == 200  # noqa: S310


@on_sqlite
def test_a_server_comes_up_on_the_port_it_was_given_and_gives_it_back(database_url):
    with serving(database_url) as address:
        port = int(address.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
    with serving(database_url, port=port) as again:
        assert again == address
