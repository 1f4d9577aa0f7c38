"""Every setting is described, documented, and refused in a sentence when it will not do."""

import re

import pytest

from triage.config import ROOT, Settings, load_settings

SECRET = "a secret that is used in tests only"
DOCUMENTS = [path for path in (ROOT / ".env.example", ROOT / "README.md") if path.exists()]


def names():
    return {"TRIAGE_" + name.upper() for name in Settings.model_fields}


def sentence(**settings):
    with pytest.raises(SystemExit) as end:
        load_settings(**{"secret_key": SECRET} | settings)
    return str(end.value)


def test_every_setting_is_described_in_one_line():
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert len(field.description) <= 100, name
        assert not field.description.endswith("."), name


def test_every_setting_stands_in_the_example_with_its_line_and_no_document_names_one_that_is_none():
    example = (ROOT / ".env.example").read_text()
    for name, field in Settings.model_fields.items():
        assert f"# {field.description}\n" in example, name
        assert re.search(rf"^#?TRIAGE_{name.upper()}=", example, re.MULTILINE), name
    for path in DOCUMENTS:
        mentioned = set(re.findall(r"\bTRIAGE_[A-Z_]+[A-Z]\b", path.read_text()))
        assert mentioned <= names(), path.name


def test_there_is_no_default_secret_and_a_short_one_is_refused_without_being_shown(monkeypatch):
    monkeypatch.delenv("TRIAGE_SECRET_KEY", raising=False)
    with pytest.raises(SystemExit) as end:
        load_settings(_env_file=None)
    assert "TRIAGE_SECRET_KEY" in str(end.value)
    assert "32 or more random characters" in str(end.value)
    told = sentence(secret_key="too short")
    assert "TRIAGE_SECRET_KEY" in told
    assert "too short" not in told


def test_what_will_not_do_is_refused_by_name():
    for name, value in (
        ("database_url", "mysql://root:hunter2@localhost/triage"),
        ("session_days", 0),
        ("session_days", 10**9),
        ("invitation_days", 10**9),
        ("proxy_hops", -1),
        ("upload_limit", "much"),
        ("threads", 3),
        ("heartbeat_seconds", 60),
        ("https", "perhaps"),
    ):
        told = sentence(**{name: value})
        assert f"TRIAGE_{name.upper()}" in told, name
        assert "hunter2" not in told


def test_several_processes_on_sqlite_are_refused_with_the_setting_to_change():
    told = sentence(processes=2, database_url="sqlite:///x.db")
    assert "TRIAGE_PROCESSES" in told
    assert "TRIAGE_DATABASE_URL" in told
    assert load_settings(secret_key=SECRET, processes=2, database_url="postgresql://localhost/x").processes == 2


def test_settings_come_from_the_environment_and_lists_are_comma_separated(monkeypatch):
    monkeypatch.setenv("TRIAGE_SECRET_KEY", SECRET)
    monkeypatch.setenv("TRIAGE_TRUSTED_HOSTS", "triage.example.com, localhost,")
    monkeypatch.setenv("TRIAGE_SESSION_DAYS", "3")
    settings = load_settings()
    assert settings.trusted_hosts == ["triage.example.com", "localhost"]
    assert settings.session_days == 3


def test_the_secret_is_told_nowhere():
    settings = load_settings(secret_key=SECRET, database_url="postgresql://triage:hunter2@localhost/x")
    assert SECRET not in str(settings)
    assert SECRET not in repr(settings)
    assert "hunter2" not in repr(settings)
