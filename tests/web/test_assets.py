"""The joined CSS and JS."""

import gzip
import re

import brotli
import pytest

from triage.config import ROOT


@pytest.fixture
def addresses(lea) -> list[str]:
    return re.findall(r'(?:href|src)="(/assets/[^"]+)"', lea.get("/").text)


def test_both_are_kept_for_a_year_by_anyone_and_carry_nobodys_cookie(lea, addresses):
    assert len(addresses) == 2
    for address in addresses:
        answer = lea.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("accepts", "encoding", "unpack"),
    [("gzip, deflate, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress), ("", None, bytes)],
)
def test_a_browser_gets_the_smallest_it_can_read(lea, addresses, accepts, encoding, unpack):
    for address in addresses:
        answer = lea.get(address, headers={"Accept-Encoding": accepts})
        assert answer.headers.get("Content-Encoding") == encoding
        plain = lea.get(address, headers={"Accept-Encoding": ""}).data
        assert unpack(answer.data) == plain
        assert len(answer.data) < len(plain) or encoding is None


def test_every_file_is_in_one_of_them(lea, addresses):
    joined = b"".join(lea.get(address, headers={"Accept-Encoding": ""}).data for address in addresses)
    files = [path for kind in ("css", "js") for path in (ROOT / "static").rglob(f"*.{kind}")]
    assert len(files) > 8
    assert [path.name for path in files if path.read_bytes().strip() not in joined] == []


def test_an_unknown_name_is_not_found(lea):
    assert lea.get("/assets/triage-0.js").status_code == 404
