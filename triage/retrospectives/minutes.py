"""What a retrospective decided, for its minutes; what all minutes say is rooms/minutes.py. No writer is named."""

from triage.retrospectives.agenda import Prompt
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.document import Decided, Noted, RetrospectiveMinutes, Reviewed
from triage.retrospectives.models import Retrospective
from triage.retrospectives.notes import Note, grouped
from triage.retrospectives.review import ChangeReview
from triage.rooms.minutes import Writer, not_begun
from triage.rooms.models import Status


def minutes_of(retrospective: Retrospective) -> RetrospectiveMinutes:
    """As they are published or, while it goes on, as they would be now."""
    if retrospective.started_at is None:
        return RetrospectiveMinutes(**not_begun(retrospective))
    return _Writer(retrospective, retrospective.started_at).minutes()


class _Writer(Writer):
    ritual: Retrospective

    def minutes(self) -> RetrospectiveMinutes:
        common, notes = self.common(), self._notes()
        is_over = common["status"] is Status.CLOSED
        return RetrospectiveMinutes(
            **common,
            changes=tuple(map(_decided, ProcessChange.decided_in(self.ritual))),
            reviews=tuple(_reviewed(one) for one in ChangeReview.all_of(self.ritual) if self._is_revealed),
            said=notes,
            unsaid="Nothing was gathered." if is_over and not Note.all_of(self.ritual) else "",
        )

    @property
    def _is_revealed(self) -> bool:
        return self.ritual.ballots_revealed_at is not None

    def _notes(self) -> tuple[tuple[str, tuple[Noted, ...]], ...]:
        """By their question. What was never revealed stays unread."""
        if self.ritual.notes_revealed_at is None:
            return ()
        said: dict[Prompt, list[Noted]] = {}
        for lead, others in grouped(Note.all_of(self.ritual)):
            texts = tuple(map(_text, [lead, *others]))
            said.setdefault(lead.prompt, []).append(Noted(texts=texts, dots=lead.dots))
        return tuple((self.ritual.question(prompt), tuple(said[prompt])) for prompt in Prompt if prompt in said)


def _text(note: Note) -> str:
    return f"{note.text} ({note.signed})" if note.signed else note.text


def _decided(change: ProcessChange) -> Decided:
    return Decided(
        what=change.what,
        owner=change.owner.name,
        seen_by=change.seen_by,
        tried_until=change.tried_until,
        about=about(change),
    )


def about(change: ProcessChange) -> tuple[str, ...]:
    """The debts and the commitments that it is about, as people read them."""
    return (
        *map(str, change.items),
        *(f"the commitment to {one.item} in sprint {one.sprint.number}" for one in change.commitments),
    )


def _reviewed(review: ChangeReview) -> Reviewed:
    done = ", ".join(f"{count} {answer}" for answer, count in review.of_done.items() if count)
    helped = ", ".join(f"{count} {answer.words}" for answer, count in review.of_helped.items() if count)
    ballots = [f"Done: {done}" if done else "", f"helped: {helped}" if helped else ""]
    return Reviewed(
        what=review.change.what,
        owner=review.change.owner.name,
        done=review.done,
        helped=review.helped,
        ballots="; ".join(filter(None, ballots)),
        is_tried=not review.is_asked,
    )
