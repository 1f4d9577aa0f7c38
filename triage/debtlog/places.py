"""The paths and links in a text."""

import re
from collections.abc import Iterator

from triage.debtlog.blocks import link_targets, unlinked
from triage.debtlog.words import words

_URL = re.compile(r"https?://[^\s<>\"'`|]+")
_TICKED = re.compile(r"`([^`\n]+)`")
_LINES = r"(?::[0-9]+(?:[-–:][0-9]+)?)?"
_NAME = r"[\w.@~+*?{}\[\]()<>$,=-]*"
_PATH = re.compile(rf"{_NAME}(?:[/\\]{_NAME})+{_LINES}")
_FILE = re.compile(
    rf"\.?[\w*@+-]+(?:\.[\w*-]+)*\.[A-Za-z*][A-Za-z0-9*]{{0,9}}{_LINES}|\.[A-Za-z][\w.-]+"
    r"|(?:Make|Gem|Docker|Rake|Pip|Proc|Jenkins)file"
)
# Without code marks it takes more to be a path: 'request/response' and 'e.g.' are none.
_PLAIN = re.compile(r"[/\\].*[/\\]|[/\\]$|[*]|\w\.[A-Za-z]{2,10}(?::[0-9]|[).,;:]*$)|^[A-Z][a-z]+file$")


def paths(text: str) -> Iterator[str]:
    """`src/a.py:10-20`, `src/**`, `lib/` and file names, from code marks, links or plain text."""
    ticked = _TICKED.findall(text)
    targets = [target.split("#")[0] for target in link_targets(text)]
    plain = [word for word in re.split(r"[\s,;]+", _TICKED.sub(" ", unlinked(text))) if _PLAIN.search(word[:300])]
    for word in (*ticked, *targets, *plain):
        path = word.strip().rstrip(".,;:")
        path = path if path.count("(") == path.count(")") else path.strip("()")
        if (
            len(path) < 300
            and "://" not in path
            and path.strip("/\\.-")
            and (_PATH.fullmatch(path) or _FILE.fullmatch(path))
        ):
            yield path


def links(text: str) -> Iterator[str]:
    for found in _URL.findall(text) if "http" in text else ():
        url = found.rstrip(".,;:!*_]")
        has_open_end = url.endswith(")") and url.count("(") < url.count(")")
        yield url[: url.rfind(")")] if has_open_end else url


def is_only_places(text: str) -> bool:
    """Is there nothing but paths and links?"""
    if len(text) > 2000:
        return False
    left = _URL.sub("", unlinked(_TICKED.sub("", text)))
    for path in paths(left):
        left = left.replace(path, "")
    return not words(left)
