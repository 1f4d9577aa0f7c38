"""Words that say how bad, whether done, or that a section only explains the log."""
# ruff: noqa: RUF001 - words in other alphabets look like Latin ones

import re
from datetime import date

from triage.debtlog.entry import State

_LEVELS = {
    "critical": "critical blocker urgent crítica crítico critique kritisch критический критично критичный критическая критические 严重 緊急 致命"
    " 紧急 긴급 치명적 kritisk kritiek",
    "high": "high alta alto haute élevée élevé hoch высокий высокая высокое высокие 高 높음 상 hög høj hoog wysoki hp",
    "medium": "medium moderate med mid media medio média médio moyenne moyen mittel средний средняя среднее средние 中 보통 중간 중 mellan"
    " middel gemiddeld średni mp",
    "low": "low baja bajo baixa baixo faible basse niedrig gering низкий низкая низкое низкие 低 낮음 하 låg lav laag niski lp",
    "important": "important wichtig важно",
    "major": "major",
    "minor": "minor",
    "trivial": "trivial",
    "warning": "warning",
    "info": "info",
    "nice-to-have": "nth nice-to-have",
}
_LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words.split()}
_P_LEVEL = re.compile(r"(?:p|priority|prio|sev)[ -]?([0-4])\b(?!-\d)", re.IGNORECASE)

_CLOSED = """resolved fixed done closed completed complete implemented paid shipped landed merged solved removed finished
    pagada pagado resuelta resuelto completada completado cerrada cerrado hecho resolvido resolvida concluído concluída résolu résolue
    corrigé corrigée terminé terminée fait erledigt behoben gelöst abgeschlossen fertig решено исправлено закрыто готово выполнено сделано
    завершено 已修复 已修復 已解决 已解決 已完成 完成 已关闭 已关 完了 解決済み 解決済 対応済み 対応済 修正済み 修正済 완료 해결 해결됨 해결완료 løst færdig
    lukket åtgärdad klar klart löst avslutad risolto completato opgelost rozwiązane zrobione"""
_DROPPED = """obsolete superseded invalid declined rejected cancelled canceled wontfix duplicate abandoned descartada descartado
    abandonné verworfen отклонено 已废弃 不修复 却下 보류안함"""
_DROPPED_PHRASES = re.compile(
    r"false positive|non-?issue|not an issue|won'?t ?(?:fix|do)|not applicable|no longer (?:needed|relevant|applies)"
)
_NOT_YET = re.compile(
    r"\b(?:partial\w*|mostly|almost|not|in progress|pending|un\w+ed|half)\b|🚧|部分|未|進行中|частично|не ",
    re.IGNORECASE,
)
_OPEN = """open active accepted planned proposed deferred blocked todo new wip started ongoing backlog abierta abierto pendiente
    ouvert offen открыто 待修 待处理 未対応 미해결 대기"""
_FILLERS = ["has", "have", "been", "is", "was", "now", "fully", "already", "all"]
_CLOSED_WORDS, _DROPPED_WORDS, _OPEN_WORDS = set(_CLOSED.split()), set(_DROPPED.split()), set(_OPEN.split())

DONE_MARKS = "✅☑✔🎉"

_GENERIC = set(
    ["technical", "tech", "debt", "debts", "item", "items", "entry", "entries", "issue", "issues", "task", "tasks", "todo", "todos", "list", "register", "log", "backlog", "tracker", "inventory", "known", "current", "existing", "the", "of", "and", "to", "this", "for", "our", "in", "by", "a", "an", "with", "&", "identified", "detected", "recently", "recent", "previously", "work", "priority", "severity", "risk", "level", "risks", "improvements", "improvement", "findings", "table", "index", "project", "repo", "repository", "code", "codebase", "github", "deuda", "deudas", "técnica", "técnicas", "lista", "registro", "activa", "activas", "dette", "dettes", "technique", "techniques", "liste", "technische", "schulden", "schuld", "технический", "технические", "долг", "долга", "список", "技术债", "技术债务", "技術債", "技术", "技術的負債", "技術負債", "债务", "清单", "待修", "一覧", "기술", "부채", "목록", "teknisk", "gæld", "skuld"]
) | _OPEN_WORDS  # fmt: skip
_ASIDE = set(
    ["legend", "key", "template", "templates", "example", "examples", "format", "formats", "statistics", "stats", "summary", "overview", "metrics", "introduction", "intro", "purpose", "scope", "definition", "definitions", "definiton", "process", "processes", "workflow", "policy", "policies", "guideline", "guidelines", "guide", "usage", "review", "reviews", "schedule", "notes", "history", "changelog", "changes", "revision", "references", "reference", "related", "resources", "appendix", "glossary", "contributing", "contribution", "contents", "toc", "conclusion", "conclusions", "methodology", "strategy", "principles", "practices", "tracking", "monitoring", "reporting", "governance", "prioritization", "prioritisation", "priorities", "plan", "plans", "timeline", "roadmap", "maintenance", "criteria", "documentation", "documents", "docs", "links", "levels", "categories", "category", "types", "scale", "matrix", "classification", "rules", "conventions", "convention", "instructions", "recommendation", "recommendations", "recommended", "action", "actions", "steps", "next", "sprint", "phase", "phases", "wins", "quick", "success", "goals", "objectives", "strengths", "positives", "good", "well", "positive", "achievements", "dashboard", "totals", "total", "estimation", "estimates", "cadence", "ownership", "owners", "register-wide", "management", "about", "license", "see", "also", "further", "reading", "adding", "updating", "closing", "reviewing", "addressing", "order", "when", "leyenda", "resumen", "introducción", "propósito", "proceso", "plantilla", "ejemplo", "formato", "estadísticas", "métricas", "referencias", "glosario", "definición", "definiciones", "priorización", "plan", "historial", "mantenimiento", "criterios", "resumo", "introdução", "legenda", "processo", "modelo", "légende", "résumé", "introduction", "priorisation", "suivi", "modèle", "processus", "gabarit", "références", "historique", "critères", "sommaire", "méthodologie", "legende", "zusammenfassung", "einleitung", "vorlage", "prozess", "übersicht", "statistik", "priorisierung", "glossar", "verweise", "легенда", "итоги", "итого", "введение", "процесс", "шаблон", "пример", "статистика", "план", "планы", "действий", "рекомендуемый", "рекомендации", "обзор", "сводка", "приоритеты", "история", "ссылки", "порядок", "работы", "说明", "概述", "概览", "总结", "统计", "图例", "模板", "流程", "使用", "用法", "参考", "附录", "计划", "优先级", "路线图", "维护", "原则", "规则", "约定", "目录", "前言", "小结", "汇总", "凡例", "概要", "目次", "はじめに", "まとめ", "統計", "運用", "ルール", "テンプレート", "参考", "計画", "更新履歴", "개요", "요약", "통계", "범례", "템플릿", "참고", "계획", "관리", "목차", "소개", "oversigt", "oversikt", "sammanfattning", "formål", "syfte"]
)
_QUESTION = re.compile(
    r"(?:how|what|why|when|who|where) (?:to|we|is|are|do|does|this|it|you|not|i)\b|how this|what's|why |cómo |comment |wie |как |如何"
)
_NEVER_ITEMS = re.compile(
    r"\b(?:templates?|legend|examples?|formats?|how to|plantilla|modèle|vorlage|шаблон)\b|模板|图例|テンプレート|템플릿"
)
_ESSAY = re.compile(
    r"^(?:how|why|what|when|understanding|managing|reducing|limiting|avoiding|on|towards?|thoughts|introduction to)\b"
    r"|\b(?:policy|strategy|guidelines?|guide|principles|process|philosophy|framework|playbook|handbook|standards?|approach)\b"
)
_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_ISO = re.compile(r"\b([12][0-9]{3})[-/.]([01]?[0-9])[-/.]([0-3]?[0-9])\b")
_NAMED_DAY = re.compile(r"\b([A-Za-z]{3,9})\.? ([0-3]?[0-9])(?:st|nd|rd|th)?,? ([12][0-9]{3})\b")


def words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.casefold().replace("’", "'"))


def level(text: str) -> str:
    """How bad, when the text begins by saying so, else ''."""
    start = text[:80].lstrip(" \t*_`[](){}:：-–—~🔴🟠🟡🟢🔵⚪⚫🟣🟤⚠️🔥❗⬆⬇➡\ufe0f")
    if found := _P_LEVEL.match(start):
        return f"p{found[1]}"
    first = words(start)[:1]
    return _LEVEL_OF.get(first[0], "") or _LEVEL_OF.get(first[0].split("-")[0], "") if first else ""


def any_level(text: str) -> str:
    """How bad, when one of the words says so, else ''."""
    if found := _P_LEVEL.search(text[:200]):
        return f"p{found[1]}"
    return next((_LEVEL_OF[word] for word in words(text[:200]) if word in _LEVEL_OF), "")


def is_only_level(text: str) -> bool:
    """Is this nothing but a severity, as in 'High' or '🔴 Critical risk (fix first)'?"""
    rest = re.sub(r"[(（].*?[)）]", "", text[:200])
    rest = _P_LEVEL.sub("", rest)
    left = [word for word in words(rest) if word not in _GENERIC and word not in _LEVEL_OF]
    return bool(any_level(text)) and not left


def state(text: str) -> State | None:
    """What a status text says, judged by how it begins: 'Deferred until X is done' is open."""
    start = text[:200].casefold().strip(" *_`~[]():：-–—")
    if _DROPPED_PHRASES.match(start):
        return State.DROPPED
    lead = re.split(r"[,;.:(（—–|\n]", start, maxsplit=1)[0]
    if _NOT_YET.search(lead):
        return State.OPEN
    first = next((word for word in words(lead) if word not in _FILLERS), "")
    if first in _CLOSED_WORDS or any(lead.startswith(word) for word in _CLOSED_WORDS if ord(word[0]) > 0x2E80):
        return State.DROPPED if _DROPPED_PHRASES.search(start) else State.PAID
    if first in _DROPPED_WORDS:
        return State.DROPPED
    if first in _OPEN_WORDS:
        return State.OPEN
    return State.PAID if start.startswith(tuple(DONE_MARKS)) and not first else None


def is_bare_state(text: str) -> bool:
    """Does a status text say nothing beyond the state itself?"""
    return len(words(text)) <= 1


def section_state(title: str) -> State | None:
    """The state of all items under a heading such as 'Resolved Technical Debt' or 'Open'."""
    plain = re.sub(r"[(（\[].*", "", title)
    plain = re.split(r"\s[-–—:]\s|：", plain)[0]
    left = [word for word in words(plain) if word not in _GENERIC and not word.isdigit()]
    if not left:
        return State.OPEN if any(word in _OPEN_WORDS for word in words(plain)) else None
    if all(
        word in _CLOSED_WORDS or word in {"archive", "archived", "archivo", "归档", "архив", "off", "down"}
        for word in left
    ):
        return State.PAID
    if all(word in _DROPPED_WORDS for word in left) or _DROPPED_PHRASES.fullmatch(" ".join(left)):
        return State.DROPPED
    return None


def is_generic(title: str) -> bool:
    """Does a heading only say 'the items', as in 'Known technical debt'?"""
    return all(word in _GENERIC or word.isdigit() for word in words(re.sub(r"[(（].*", "", title)))


def is_aside(title: str) -> bool:
    """Does a heading announce an explanation, a plan or a summary, not items?"""
    plain = re.sub(r"[(（].*", "", title.casefold()).strip(" *_:：?")
    if _QUESTION.match(plain):
        return True
    found = words(plain)
    return any(w in _ASIDE for w in found) and all(
        w in _ASIDE or w in _GENERIC or w in _LEVEL_OF or w in _SUBJECTS or w.isdigit() or w in _CLOSED_WORDS
        for w in found
    )


_SUBJECTS = set(
    ["effort", "status", "estimated", "remaining", "active", "by", "from", "on", "new", "each", "use", "using", "marking", "report", "scoring", "impact", "cost"]
)


def never_holds_items(title: str) -> bool:
    """A template or a legend, even when its body looks just like an item."""
    return _NEVER_ITEMS.search(title.casefold()) is not None


def is_essay(title: str) -> bool:
    return _ESSAY.search(title.casefold()) is not None


def day(text: str) -> date | None:
    """The first date in a text."""
    try:
        if found := _ISO.search(text[:2000]):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _NAMED_DAY.search(text[:2000]):
            month = [name[:3] for name in _MONTHS].index(found[1][:3].lower()) + 1
            return date(int(found[3]), month, int(found[2]))
    except ValueError:
        pass
    return None
