"""What people submit in a retrospective."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from triage.items.drafts import Day
from triage.refusal import Refused
from triage.retrospectives.agenda import Prompt
from triage.retrospectives.answers import Done, Helped
from triage.web.drafts import Draft, Id, Line, OptionalId, Text

NOTE = 500


class BeginDraft(Draft):
    """`after` is the closed ritual whose people go on."""

    after: OptionalId = None


class AnswerDraft(Draft):
    """The change, under the name of what is said of it; `done_none` and `helped_none` take that back.

    The address holds no change and no answer: who reads a log of addresses and times could count.
    """

    done_yes: OptionalId = None
    done_partly: OptionalId = None
    done_no: OptionalId = None
    done_none: OptionalId = None
    helped_yes: OptionalId = None
    helped_no: OptionalId = None
    helped_early: OptionalId = None
    helped_none: OptionalId = None

    @property
    def said(self) -> tuple[int, bool, Done | Helped | None]:
        """The change, whether it is about having been done, and the answer. Raises Refused when nothing is said."""
        for name in type(self).model_fields:
            change = getattr(self, name)
            if change is not None:
                about, _, word = name.partition("_")
                kind = Done if about == "done" else Helped
                return change, about == "done", None if word == "none" else kind(word)
        raise Refused("Choose an answer: was it done, did it help?")


class NoteDraft(Draft):
    prompt: Prompt
    text: Annotated[Text, Field(min_length=1, max_length=NOTE, title="note")]
    signed: bool = False


class WordingDraft(Draft):
    note: Id
    text: Annotated[Text, Field(min_length=1, max_length=NOTE, title="note")]


class OwnNoteDraft(Draft):
    note: Id


class GroupDraft(Draft):
    """A note, and the one that says the same; none to let it stand alone."""

    note: Id
    same_as: OptionalId = None


class ChangeDraft(Draft):
    """`debts` are codes, as people write them: "D-17, D-20"; `commitments` are those of the team's open ones."""

    what: Annotated[Line, Field(min_length=1, max_length=300, title="what you change")]
    owner: Id
    seen_by: Annotated[Line, Field(min_length=1, max_length=300, title="how you will see it worked")]
    tried_until: Annotated[Day | None, BeforeValidator(lambda value: value or None)] = None
    debts: Annotated[Line, Field(max_length=200)] = ""
    commitments: list[Id] = Field(default_factory=list)
