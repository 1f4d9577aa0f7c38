"""What people submit about a board."""

from typing import Annotated

from pydantic import Field

from triage.web.drafts import Draft, Line


class BoardDraft(Draft):
    name: Annotated[Line, Field(min_length=1, max_length=80)]
