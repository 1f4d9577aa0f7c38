"""Do we keep our promises? The share of commitments kept, which heads the history."""

from collections import Counter

from triage.commitments.models import Commitment, Verdict, kept_of
from triage.history.story import Figure, History
from triage.history.table import Named, Table
from triage.web.chart import Layer
from triage.web.filters import plural

JUDGED = [verdict for verdict in Verdict if verdict is not Verdict.OPEN]


def kept(history: History) -> Figure:
    by_sprint = [history.facts.commitments.get(span.number, []) for span in history.spans]
    all_of_them = [one for those in reversed(by_sprint) for one in those]
    counts = [Counter(one.verdict for one in those) for those in by_sprint]
    share, judged = kept_of(Counter(one.verdict for one in all_of_them))
    was_kept, was_judged = kept_of(history.facts.verdicts_before)
    sentence = f"Nothing that was committed in {history.range} has its verdict yet."
    if judged:
        sentence = f"{share} of {plural(judged, 'commitment')} kept in {history.range}."
    return Figure(
        key="kept",
        name="Commitments kept",
        is_answer=True,
        headline=f"{share} of {plural(judged, 'commitment')} kept" if judged else "",
        sentence=sentence,
        before=history.compared(f"{was_kept} of {was_judged}" if was_judged else ""),
        picture=history.stacks(
            "kept",
            "Commitments of each sprint by what became of them",
            [
                Layer(verdict.value.capitalize(), verdict.value, history.gaps([each[verdict] for each in counts]))
                for verdict in [*JUDGED, Verdict.OPEN]
            ],
            desc=sentence,
        ),
        tables=[
            Table(
                "kept",
                "Commitments",
                ("Sprint", "Item", "Owner", f"Size in {history.unit}", "Verdict", "First recorded as", "Reason"),
                [_row(history, one) for one in all_of_them],
            )
        ],
    )


def _row(history: History, one: Commitment) -> tuple[int, Named, str, float | None, str, str | None, str]:
    item = Named(one.item.id, one.item.number, one.item.title, history.facts.board_named(one.board_id))
    first = one.verdict_was and one.verdict_was.value
    return one.sprint.number, item, one.owner.name, one.size, one.verdict.value, first, one.verdict_why
