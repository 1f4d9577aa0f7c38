"""Which sprints of the history are asked for, as it stands in the address."""

from typing import Annotated

from pydantic import Field

from triage.commitments.sprint import Span
from triage.web.drafts import Draft

USUAL, MOST = 6, 52
CHOICES = (3, USUAL, 13, 26)


class RangeDraft(Draft):
    """So many sprints, up to one; None is the present one."""

    sprints: Annotated[int, Field(ge=1, le=MOST)] = USUAL
    until: Annotated[int, Field(ge=1, lt=2**31)] | None = None

    def bounds(self, present: Span) -> tuple[int, int]:
        """The numbers of the first sprint and of the last one. Nobody asks for what is still to come."""
        last = min(self.until or present.number, present.number)
        return max(last - self.sprints + 1, 1), last

    @property
    def address(self) -> dict[str, int]:
        """Without what is as usual."""
        given: dict[str, int] = self.model_dump(exclude_defaults=True)
        return given

    def of(self, sprints: int) -> "RangeDraft":
        return self.model_copy(update={"sprints": sprints})

    def up_to(self, until: int | None) -> "RangeDraft":
        return self.model_copy(update={"until": until})
