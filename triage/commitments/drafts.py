"""What people submit when they commit, when they judge, and when they show what was done."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from triage.items.drafts import Size, link
from triage.web.drafts import Draft, Id, Line, Text

REFERENCE, NOTE = 500, 200


def _promised(size: float | None) -> float | None:
    if size == 0:
        raise ValueError("A size of 0 promises nothing. Leave it empty while nobody knows it.")
    return size


def _reference(value: str) -> str:
    """A link, or the id of a commit."""
    if re.fullmatch(r"[0-9a-fA-F]{7,64}", value):
        return value.lower()
    if "/" not in value:
        raise ValueError(f"Paste a link to the change or the id of a commit, unlike “{value[:40]}”.")
    return link(value)


Reference = Annotated[Line, Field(min_length=1, max_length=REFERENCE), AfterValidator(_reference)]
Verdicts = Annotated[str, Field(pattern="^(kept|partly|missed|dropped)$")]


class CommitmentDraft(Draft):
    owner: Id
    sprint: Id
    done_when: Annotated[Line, Field(min_length=1, max_length=500)]
    size: Annotated[Size, AfterValidator(_promised)] = None
    over: bool = False


class PageDraft(Draft):
    """Where a button was pressed: on the page of one's own commitments, or elsewhere."""

    page: Annotated[str, Field(pattern="^(mine)?$")] = ""


class DeclineDraft(PageDraft):
    reason: Annotated[Text, Field(max_length=500)] = ""


class VerdictDraft(PageDraft):
    verdict: Verdicts
    reason: Annotated[Text, Field(max_length=500)] = ""
    reference: Annotated[Reference | None, BeforeValidator(lambda value: value or None)] = None
    stays_open: bool = False


class CorrectionDraft(Draft):
    verdict: Verdicts
    reason: Annotated[Text, Field(max_length=500)] = ""
    pays: bool = False


class EvidenceDraft(Draft):
    reference: Reference
    note: Annotated[Line, Field(max_length=NOTE)] = ""
