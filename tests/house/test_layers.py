"""Packages import only what is declared below them (pyproject.toml, tool.importlinter)."""

import tomllib
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]


def test_every_package_imports_only_what_is_declared_below_it(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    status = lint_imports(no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_every_package_and_module_of_ours_has_its_place_in_the_order():
    declared = {name.strip("() ") for layer in CONTRACT["layers"] for name in layer.split("|")}
    ours = {path.name for path in (ROOT / "triage").iterdir() if path.is_dir() and path.name != "__pycache__"}
    ours |= {path.stem for path in (ROOT / "triage").glob("*.py") if path.stem != "__init__"}
    assert CONTRACT["exhaustive"]
    assert ours <= declared
