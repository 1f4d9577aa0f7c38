"""Words that say how bad something is, whether it is done, and when."""

import re
from datetime import date

from triage.items.state import State


def vocabulary(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEVELS = {
    "critical": vocabulary(
        """critical blocker urgent crítica crítico critique kritisch критический критично
        критичный критическая критические 严重 緊急 致命 紧急 긴급 치명적
        kritisk kritiek"""
    ),
    "high": vocabulary(
        """high alta alto haute élevée élevé hoch высокий высокая высокое
        высокие 高 높음 상 hög høj hoog wysoki hp"""
    ),
    "medium": vocabulary(
        """medium moderate med mid media medio média médio moyenne moyen mittel средний средняя
        среднее средние 中 보통 중간 중 mellan middel gemiddeld średni mp"""
    ),
    "low": vocabulary(
        """low baja bajo baixa baixo faible basse niedrig gering низкий низкая низкое
        низкие 低 낮음 하 låg lav laag niski lp"""
    ),
    "important": vocabulary("important wichtig важно"),
    "major": vocabulary("major"),
    "minor": vocabulary("minor"),
    "trivial": vocabulary("trivial"),
    "warning": vocabulary("warning"),
    "info": vocabulary("info"),
    "nice-to-have": vocabulary("nth nice-to-have"),
}
_LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words}
_P_LEVEL = re.compile(r"(?:p|priority|prio|sev)[ -]?([0-4])\b(?!-[0-9])", re.IGNORECASE)
_BEFORE_LEVEL = " \t*_`[](){}:：-–—~🔴🟠🟡🟢🔵⚪⚫🟣🟤⚠🔥❗⬆⬇➡\ufe0f"
_ALONE = re.compile(r"(\w+)\s*(?:$|[-–—:：.,;·|(（\n/*])")

DONE_MARKS = "✅☑✔🎉"
CLOSED = vocabulary(
    """resolved fixed done closed completed complete implemented paid shipped landed merged solved removed finished
    pagada pagado resuelta resuelto completada completado cerrada cerrado hecho resolvido resolvida concluído
    concluída résolu résolue corrigé corrigée terminé terminée fait erledigt behoben gelöst abgeschlossen fertig
    решено исправлено закрыто готово выполнено сделано завершено 已修复 已修復 已解决 已解決 已完成 完成 已关闭
    已关 完了 解決済み 解決済 対応済み 対応済 修正済み 修正済 완료 해결 해결됨 해결완료 løst færdig lukket
    åtgärdad klar klart löst avslutad risolto completato opgelost rozwiązane zrobione"""
)
DROPPED = vocabulary(
    """obsolete superseded invalid declined rejected cancelled canceled wontfix duplicate abandoned descartada
    descartado abandonné verworfen отклонено 已废弃 不修复 却下"""
)
OPEN = vocabulary(
    """open active accepted planned proposed deferred blocked todo new wip started ongoing backlog abierta abierto
    pendiente ouvert offen открыто 待修 待处理 未対応 미해결 대기"""
)
_FILLERS = vocabulary("has have been is was now fully already all")
_DROPPED_PHRASES = re.compile(
    r"false positive|non-?issue|not an issue|won'?t ?(?:fix|do)|not applicable|no longer (?:needed|relevant|applies)"
)
_NOT_YET = re.compile(
    r"\b(?:partial\w*|mostly|almost|not|in progress|pending|un\w+ed|half)\b|🚧|部分|未|進行中|частично|не ",
    re.IGNORECASE,
)
_CJK = "\u2e80"  # from here on, words are written without spaces

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"\b([12][0-9]{3})[-/.]([01]?[0-9])[-/.]([0-3]?[0-9])\b")
_NAMED_DAY = re.compile(r"\b([A-Za-z]{3,9})\.? ([0-3]?[0-9])(?:st|nd|rd|th)?,? ([12][0-9]{3})\b")


def words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.casefold().replace("’", "'"))


def leading_level(text: str) -> str:
    """How bad, when the text begins by saying so and no more, as in 'LOW - nobody uses it'; else ''."""
    start = text[:80].lstrip(_BEFORE_LEVEL)
    if found := _P_LEVEL.match(start):
        return f"p{found[1]}"
    found = _ALONE.match(start)
    return _LEVEL_OF.get(found[1].casefold(), "") if found else ""


def any_level(text: str) -> str:
    """How bad, when one of the first words says so, else ''."""
    if found := _P_LEVEL.search(text[:200]):
        return f"p{found[1]}"
    start = text[:200]
    return next((_LEVEL_OF[word] for word in words(f"{start} {start.replace('-', ' ')}") if word in _LEVEL_OF), "")


def without_level(text: str) -> list[str]:
    """The words that are left when those for a severity are taken out, and what stands in brackets."""
    rest = _P_LEVEL.sub("", re.sub(r"[(（].*?[)）]", "", text[:200]))
    return [word for word in words(rest.replace("-", " ")) if word not in _LEVEL_OF]


def state(text: str) -> State | None:
    """What a status text says, judged by how it begins: 'Deferred until X is done' is open."""
    start = text[:200].casefold().strip(" *_`~[]():：-–—")
    if _DROPPED_PHRASES.match(start):
        return State.DROPPED
    lead = re.split(r"[,;.:(（—–|\n]", start, maxsplit=1)[0]
    if _NOT_YET.search(lead):
        return State.OPEN
    first = next((word for word in words(lead) if word not in _FILLERS), "")
    if first in CLOSED or (first >= _CJK and any(first.startswith(word) for word in CLOSED if word >= _CJK)):
        return State.DROPPED if _DROPPED_PHRASES.search(start) else State.PAID
    if first in DROPPED:
        return State.DROPPED
    if first in OPEN:
        return State.OPEN
    return State.PAID if start.startswith(tuple(DONE_MARKS)) and not first else None


def is_closed(text: str) -> bool:
    return state(text) in (State.PAID, State.DROPPED)


def is_dropped(text: str) -> bool:
    return _DROPPED_PHRASES.fullmatch(text.casefold()) is not None


def is_bare_state(text: str) -> bool:
    """Does a status text say nothing beyond the state itself?"""
    return len(words(text[:200])) <= 1


def day(text: str) -> date | None:
    """The first date in a text."""
    try:
        if found := _ISO.search(text[:2000]):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _NAMED_DAY.search(text[:2000]):
            return date(int(found[3]), _MONTHS.index(found[1][:3].lower()) + 1, int(found[2]))
    except ValueError:  # the 31st of June, or a word that is no month
        return None
    return None
