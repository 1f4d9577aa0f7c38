"""What people submit when they commit and when they judge."""

from typing import Annotated

from pydantic import Field

from triage.items.drafts import Size
from triage.web.drafts import Draft, Id, Line, Text


class CommitmentDraft(Draft):
    owner: Id
    sprint: Id
    done_when: Annotated[Line, Field(min_length=1, max_length=500)]
    size: Size = None
    over: bool = False


class DeclineDraft(Draft):
    reason: Annotated[Text, Field(max_length=500)] = ""


class VerdictDraft(Draft):
    verdict: Annotated[str, Field(pattern="^(kept|partly|missed|dropped)$")]
    reason: Annotated[Text, Field(max_length=500)] = ""
    stays_open: bool = False
