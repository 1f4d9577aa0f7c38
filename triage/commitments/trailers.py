"""What a repository says about its debt: commits whose message ends with `Pays-debt: D-17`."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from triage.refusal import Refused
from triage.web.drafts import clean

KEY = "Pays-debt"
_FORMAT = f"%H%x00%s%x00%(trailers:key={KEY},valueonly,separator=%x2C)"
# Whatever somebody has set for their own eyes, what is read here looks the same.
_PLAIN = ("--no-show-signature", "--encoding=UTF-8", "--no-color")
_SEPARATORS = ("-c", "trailer.separators=:")
_CODE = re.compile(r"(?:D-?)?([0-9]{1,9})", re.IGNORECASE)


@dataclass(frozen=True)
class Paying:
    """A commit that says which items it pays down; `odd` is what it names that is no item's number."""

    id: str
    subject: str
    numbers: tuple[int, ...]
    odd: tuple[str, ...]


def paying(repository: Path, since: str | None = None) -> list[Paying]:
    """The commits of the branch that is checked out (since a revision), the oldest first.

    Raises Refused where there is no git, no repository, no commit, or no such revision.
    """
    _git(repository, "rev-parse", "--git-dir", otherwise=f"{repository} is no git repository. Name one: --repository.")
    _git(repository, "rev-parse", "--verify", "HEAD", otherwise=f"{repository} has no commit yet.")
    span = "HEAD"
    if since is not None:
        known = ("rev-parse", "--verify", "--end-of-options", f"{since}^{{commit}}")
        first = _git(repository, *known, otherwise=f"There is no revision “{since}” in {repository}.").strip()
        span = f"{first}..HEAD"
    fields = _git(repository, "log", *_PLAIN, "-z", "--reverse", f"--format={_FORMAT}", span, "--").split("\0")
    commits = zip(fields[::3], fields[1::3], fields[2::3], strict=False)
    return [_read(id, subject, named) for id, subject, named in commits if named.strip()]


def _read(id: str, subject: str, named: str) -> Paying:
    names = [name for name in (clean(part) for part in named.split(",")) if name]
    found = {name: _CODE.fullmatch(name) for name in names}
    numbers = dict.fromkeys(int(match[1]) for match in found.values() if match)
    odd = tuple(name for name, match in found.items() if not match)
    return Paying(id, " ".join(clean(subject).split()), tuple(numbers), odd)


def _git(repository: Path, *arguments: str, otherwise: str = "git could not read the history.") -> str:
    command = ["git", "-C", str(repository), *_SEPARATORS, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=True)  # noqa: S603
    except FileNotFoundError:
        raise Refused("There is no git on this machine, which reads what the commits say. Install it.") from None
    except subprocess.CalledProcessError:
        raise Refused(otherwise) from None
    return done.stdout
