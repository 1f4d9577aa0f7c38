"""Do we keep our promises? The share of commitments kept, which heads the history."""

from collections import Counter
from collections.abc import Mapping

from triage.commitments.models import Commitment, Verdict
from triage.history.chart import Layer
from triage.history.story import Figure, History
from triage.history.table import Named, Table
from triage.web.filters import plural

JUDGED = [verdict for verdict in Verdict if verdict is not Verdict.OPEN]


def kept_of(counts: Mapping[Verdict, int]) -> tuple[int, int]:
    """How many commitments were kept, of how many that have their verdict."""
    return counts.get(Verdict.KEPT, 0), sum(counts.get(verdict, 0) for verdict in JUDGED)


def kept(history: History) -> Figure:
    by_sprint = history.facts.commitments
    all_of_them = [one for those in by_sprint.values() for one in those]
    counts = [Counter(one.verdict for one in by_sprint.get(span.number, ())) for span in history.spans]
    share, judged = kept_of(Counter(one.verdict for one in all_of_them))
    was_kept, was_judged = kept_of(history.facts.verdicts_before)
    sentence = f"Nothing that was committed in {history.range} has its verdict yet."
    if judged:
        sentence = f"{share} of {plural(judged, 'commitment')} kept in {history.range}."
    return Figure(
        key="kept",
        name="Commitments kept",
        headline=f"{share} of {plural(judged, 'commitment')} kept" if judged else "",
        sentence=sentence,
        before=history.compared(f"{was_kept} of {was_judged}" if was_judged else ""),
        picture=history.stacks(
            "kept",
            "Commitments of each sprint by what became of them",
            [
                Layer(verdict.value.capitalize(), verdict.value, [each[verdict] if each else None for each in counts])
                for verdict in [*JUDGED, Verdict.OPEN]
            ],
            desc=sentence,
        ),
        tables=[
            Table(
                "kept",
                "Commitments",
                ("Sprint", "Item", "Owner", f"Size in {history.unit}", "Verdict", "First recorded as", "Reason"),
                [_row(one) for one in all_of_them],
            )
        ],
    )


def _row(one: Commitment) -> tuple[int, Named, str, float | None, str, str | None, str]:
    item = Named(one.item.id, one.board_id, one.item.number, one.item.title)
    first = one.verdict_was and one.verdict_was.value
    return one.sprint.number, item, one.owner.name, one.size, one.verdict.value, first, one.verdict_why
