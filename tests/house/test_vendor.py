"""What is served from static/vendor/ is byte for byte what its lock file names."""

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "static" / "vendor"
LOCK = json.loads((VENDOR / "vendor.lock.json").read_text())
FILES = {name: file for package in LOCK.values() for name, file in package["files"].items()}

sri = runpy.run_path(str(ROOT / "dev"))["sri"]


def test_every_file_is_named_in_the_lock_and_every_name_has_its_file():
    assert {file.name for file in VENDOR.iterdir()} == {*FILES, "vendor.lock.json"}


def test_every_file_has_the_hash_it_was_locked_with():
    assert {name: sri("sha384", (VENDOR / name).read_bytes()) for name in FILES} == {
        name: file["integrity"] for name, file in FILES.items()
    }


def test_every_package_names_its_version_and_integrity_and_brings_its_licence():
    for package in LOCK.values():
        assert package["integrity"].startswith("sha512-")
        assert any(name.startswith("LICENSE-") for name in package["files"])
        assert all(package["version"] in name for name in package["files"] if name.endswith(".js"))
