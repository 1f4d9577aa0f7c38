"""Action → sentence: one table, read by every feed, page and export that tells what happened."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from triage.events.models import Event

SENTENCES = {
    "team.founded": "{actor} founded the team {subject}",
    "team.changed": "{actor} changed the team's {fields}",
    "team.decider_named": "{actor} made {now} the decision-maker",
    "membership.joined": "{subject} joined as {role}",
    "membership.role_changed": "{actor} changed {subject} from {was} to {now}",
    "membership.left": "{subject} left the team",
    "membership.removed": "{actor} removed {subject} from the team",
    "invitation.made": "{actor} made an invitation for a {role}",
    "invitation.revoked": "{actor} revoked an invitation for a {role}",
    "board.opened": "{actor} opened the board {subject}",
    "board.renamed": "{actor} renamed the board from {was} to {now}",
    "item.reported": "{actor} reported {subject}",
    "item.imported": "{actor} brought in {subject} from {source}",
    "item.edited": "{actor} edited {subject}: {fields}",
    "item.rated": "{actor} moved {subject} from {was} to {now}",
    "item.ordered": "{actor} reordered {subject} in {category}",
    "item.paid": "{actor} paid {subject} down",
    "item.refused": "{actor} recorded that {subject} was refused and undone",
    "item.dropped": "{actor} dropped {subject}",
    "item.merged": "{actor} merged {subject} into {into}",
    "item.reopened": "{actor} reopened {subject}",
    "item.split": "{actor} split {subject} into {pieces}",
    "item.split_off": "{actor} split {subject} off {origin}",
    "item.split_undone": "{actor} took back the split of {subject} into {pieces}",
    "item.postponed": "{actor} put {subject} off, to come back {until}",
    "item.called_back": "{actor} called {subject} back, which was to come {until}",
    "item.came_back": "The triage took up {subject} again, put off to come back {until}",
    "item.bring_back_undone": "{actor} undid when {subject} comes back",
    "comment.written": "{actor} commented on {subject}",
    "comment.edited": "{actor} edited a comment on {subject}",
    "comment.deleted": "{actor} deleted a comment on {subject}",
    "interest.logged": "{actor} lost {minutes} min to {subject}",
    "interest.taken_back": "{actor} took back {minutes} min of interest on {subject}",
    "waiver.asked": "{actor} asked for a waiver of {subject} until {until}",
    "waiver.granted": "{actor} waived {subject} until {until}",
    "waiver.declined": "{actor} declined the waiver of {subject} until {until}",
    "waiver.withdrawn": "{actor} took back the request for a waiver of {subject}",
    "waiver.asked_again": "{actor} put the waiver of {subject} until {until} up for decision again",
    "waiver.ended": "{actor} took back the waiver of {subject}",
    "waiver.resumed": "{actor} let the waiver of {subject} run again",
    "sprint.changed": "{actor} changed {subject}: {changes}",
    "commitment.made": "{actor} committed {owner} to {subject} in sprint {sprint}",
    "commitment.proposed": "{actor} proposed {subject} to {owner} for sprint {sprint}",
    "commitment.accepted": "{actor} took {subject} for sprint {sprint}",
    "commitment.unaccepted": "{actor} took back the yes of {owner} to {subject} for sprint {sprint}",
    "commitment.declined": "{actor} did not take {subject} for sprint {sprint}",
    "commitment.withdrawn": "{actor} took {subject} back out of sprint {sprint}",
    "commitment.reopened": "{actor} took back the verdict on {subject} in sprint {sprint}",
    "commitment.kept": "{actor} recorded {subject} in sprint {sprint} as kept",
    "commitment.partly_kept": "{actor} recorded {subject} in sprint {sprint} as partly kept",
    "commitment.missed": "{actor} recorded {subject} in sprint {sprint} as missed",
    "commitment.dropped": "{actor} recorded {subject} in sprint {sprint} as dropped",
    "commitment.corrected": "{actor} corrected {subject} in sprint {sprint} from {was} to {now}",
    "commitment.uncorrected": "{actor} took back the correction of {subject} in sprint {sprint} to {now}",
    "evidence.given": "{actor} showed what paid {subject} down: {reference}",
    "evidence.taken_back": "{actor} took back what was shown of {subject}: {reference}",
    "meeting.planned": "{actor} planned a triage",
    "meeting.cancelled": "{actor} cancelled a planned triage",
    "meeting.started": "{actor} started a triage",
    "meeting.entered": "{actor} went on to {now}",
    "meeting.skipped": "{phase} was skipped",
    "meeting.went_back": "{actor} went back to {now}",
    "meeting.chair_taken": "{actor} took the chair from {was}",
    "meeting.extended": "{actor} gave {phase} {minutes} more minutes",
    "meeting.postponed_verdict": "{actor} postponed the verdict on {item}",
    "meeting.postponed_exit": "{actor} postponed the exit of {item}",
    "meeting.put_off": "{actor} put off {item} to the next triage",
    "meeting.revealed_ballots": "{actor} revealed {ballots} ballots",
    "meeting.revealed_dots": "{actor} revealed {dots} dots",
    "meeting.budget_changed": "{actor} changed the dots to {dots}, at most {per_item} on one item",
    "meeting.committed_to_nothing": "{actor} recorded that the team commits to nothing",
    "meeting.link_renewed": "{actor} renewed the link for guests",
    "meeting.closed": "{actor} closed the triage",
    "meeting.reopened": "{actor} reopened the triage",
    "meeting.ended_itself": "The triage ended by itself after three idle hours",
    **{
        f"retrospective.{action}": words
        for action, words in {
            "planned": "{actor} planned a retrospective",
            "cancelled": "{actor} cancelled a planned retrospective",
            "started": "{actor} started a retrospective",
            "entered": "{actor} went on to {now}",
            "skipped": "{phase} was skipped",
            "went_back": "{actor} went back to {now}",
            "chair_taken": "{actor} took the chair from {was}",
            "extended": "{actor} gave {phase} {minutes} more minutes",
            "revealed_answers": "{actor} revealed the answers of {people} people",
            "revealed_notes": "{actor} revealed {notes} notes",
            "revealed_dots": "{actor} revealed {dots} dots",
            "budget_changed": "{actor} changed the dots to {dots}, at most {per_item} on one note",
            "link_renewed": "{actor} renewed the link for guests",
            "closed": "{actor} closed the retrospective",
            "reopened": "{actor} reopened the retrospective",
            "ended_itself": "The retrospective ended by itself after three idle hours",
        }.items()
    },
    "process_change.decided": "{actor} decided for the team: {subject}, seen to by {owner}",
    "process_change.worded": "{actor} worded a change anew: {subject}, seen to by {owner}",
    "process_change.withdrawn": "{actor} took the change back: {subject}",
    "process_change.reviewed": "The team reviewed {subject}: done {done}, helped {helped}",
    "attendance.joined": "{subject} joined as a guest",
}

COMMAND_LINE = "The command line"


def sentence(event: Event, **words: str) -> str:
    """What happened, as plain text; `words` say it otherwise: actor="You"."""
    return SENTENCES[event.action].format_map(_words(event) | words)


def sentence_html(event: Event, subject: str = "", *, actor: str = "") -> Markup:
    """The same with the people and things in it set apart for the eye.

    On a thing's own page it is called "it", and who did it reads "You".
    """
    words = {key: Markup("<b>{}</b>").format(value) for key, value in _words(event).items()}
    if subject:
        words["subject"] = escape(subject)
    if actor:
        words["actor"] = escape(actor)
    return escape(SENTENCES[event.action]).format_map(words)


def _words(event: Event) -> dict[str, str]:
    actor = event.by.name if event.by else COMMAND_LINE
    return {"actor": actor, "subject": event.subject} | {key: _word(value) for key, value in event.what.items()}


def _word(value: object) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str | dict):
        return ", ".join(str(part) for part in value)
    return str(value)
