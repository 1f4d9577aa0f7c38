"""All figures of a history, in the order in which people ask: promises, paying down, what will hurt."""

from collections.abc import Iterable

from triage.history import balance, promises, threats
from triage.history.story import Figure, History
from triage.history.table import Table

FIGURES = (
    promises.kept,
    balance.flow,
    balance.to_zero,
    balance.open_debt,
    threats.coming,
    threats.ages,
    threats.interest,
    threats.worsened,
    threats.waivers,
    threats.inbox,
)
OF_TODAY = (balance.to_zero, threats.coming, threats.ages, threats.waivers)


def figures_of(history: History) -> dict[str, Figure]:
    """By their keys; what is so today is left out of sprints that are long over."""
    told = [tell for tell in FIGURES if history.facts.is_present or tell not in OF_TODAY]
    return {figure.key: figure for figure in (tell(history) for tell in told)}


def tables_of(figures: Iterable[Figure]) -> dict[str, Table]:
    return {table.key: table for figure in figures for table in figure.tables}
