"""requirements/*.txt pin, with hashes, exactly what pyproject.toml asks for."""

import runpy
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
RUN = [*PROJECT["project"]["dependencies"], *GROUPS["install"]]
DEV = [*RUN, *(line for line in GROUPS["dev"] if isinstance(line, str))]

digest_of_dependencies = runpy.run_path(str(ROOT / "dev"))["digest_of_dependencies"]


def lines(name):
    return (ROOT / "requirements" / name).read_text().replace("\\\n", "").splitlines()


def pins(name):
    """Each pinned requirement, without its hashes."""
    return [Requirement(line.partition(" --hash")[0]) for line in lines(name)[1:]]


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_the_export_is_as_new_as_pyproject(name):
    assert lines(name)[0].endswith(digest_of_dependencies()), "run `./dev lock`"


@pytest.mark.parametrize(("name", "wanted"), [("run.txt", RUN), ("dev.txt", DEV)])
def test_every_direct_dependency_is_pinned_to_a_version_it_allows(name, wanted):
    pinned = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins(name)}
    for requirement in map(Requirement, wanted):
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_line_is_one_exact_version_with_hashes_and_no_place(name):
    assert all("--hash=sha256:" in line and "==" in line for line in lines(name)[1:])
    assert not any("://" in line or line.startswith("-") for line in lines(name))


def test_the_tests_run_with_the_versions_that_are_served():
    assert {str(pin) for pin in pins("run.txt")} <= {str(pin) for pin in pins("dev.txt")}
