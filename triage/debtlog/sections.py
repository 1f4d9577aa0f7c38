"""What a heading says about the section below it: its severity, its state, or that it holds no items."""

import re

from triage.debtlog.words import CLOSED, DROPPED, OPEN, any_level, is_dropped, vocabulary, without_level, words
from triage.items.state import State

# Words that do not tell one group of items from another, as in 'Known technical debt'.
_GENERIC = OPEN | vocabulary(
    """technical tech debt debts item items entry entries issue issues task tasks todo todos list register log
    backlog tracker inventory known current existing the of and to this for our in by a an with & identified
    detected recently recent previously work priority severity risk level risks improvements improvement findings
    table index project repo repository code codebase github deuda deudas técnica técnicas lista registro activa
    activas dette dettes technique techniques liste technische schulden schuld технический технические долг долга
    список 技术债 技术债务 技術債 技术 技術的負債 技術負債 债务 清单 待修 一覧 기술 부채 목록 teknisk gæld skuld"""
)
_ARCHIVE = CLOSED | {"archive", "archived", "archivo", "归档", "архив", "off", "down"}
# Words that announce an explanation, a plan or a summary.
_ASIDE = vocabulary(
    """legend key template templates example examples format formats statistics stats summary overview metrics
    introduction intro purpose scope definition definitions process processes workflow policy policies guideline
    guidelines guide usage review reviews schedule notes history changelog changes revision references reference
    related resources appendix glossary contributing contribution contents toc conclusion conclusions methodology
    strategy principles practices tracking monitoring reporting governance prioritization prioritisation
    priorities plan plans timeline roadmap maintenance criteria documentation documents docs links levels
    categories category types scale matrix classification rules conventions convention instructions recommendation
    recommendations recommended action actions steps next sprint phase phases wins quick success goals objectives
    strengths positives good well positive achievements dashboard totals total estimation estimates cadence
    ownership owners management about license see also further reading adding updating closing reviewing
    addressing order when best causes consequences benefits advantages kinds tools leyenda resumen introducción
    propósito proceso plantilla ejemplo formato estadísticas métricas referencias glosario definición definiciones
    priorización historial mantenimiento criterios resumo introdução legenda processo modelo légende résumé
    priorisation suivi modèle processus gabarit références historique critères sommaire méthodologie legende
    zusammenfassung einleitung vorlage prozess übersicht statistik priorisierung glossar verweise легенда итоги
    итого введение процесс шаблон пример статистика план планы действий рекомендуемый рекомендации обзор сводка
    приоритеты история ссылки порядок работы 说明 概述 概览 总结 统计 图例 模板 流程 使用 用法 参考 附录 计划
    优先级 路线图 维护 原则 规则 约定 目录 前言 小结 汇总 凡例 概要 目次 はじめに まとめ 統計 運用 ルール
    テンプレート 計画 更新履歴 개요 요약 통계 범례 템플릿 참고 계획 관리 목차 소개 oversigt oversikt
    sammanfattning formål syfte"""
)
# Words that may stand beside them: 'Remaining effort estimates'.
_SUBJECTS = vocabulary(
    "effort status estimated remaining active from on new each use using marking report scoring impact cost"
)
_KNOWN = _ASIDE | _GENERIC | _SUBJECTS | CLOSED
_QUESTION = re.compile(
    r"(?:how|what|why|when|who|where) (?:to|we|is|are|do|does|this|it|you|not|i)\b|how this|what's|why "
    r"|cómo |comment |wie |как |如何"
)
_SHAPE = re.compile(
    r"\b(?:templates?|legend|examples?|formats?|how to|plantilla|modèle|vorlage|шаблон)\b|模板|图例|テンプレート|템플릿"
)
_ESSAY = re.compile(
    r"^(?:how|why|what|when|understanding|managing|reducing|limiting|avoiding|on|towards?|thoughts|introduction to)\b"
    r"|\b(?:policy|strategy|guidelines?|guide|principles|process|philosophy|framework|playbook|handbook|standards?|approach)\b"
)
_BRACKET = re.compile(r"(?:^|\s)[(（\[].*")


def is_only_level(title: str) -> bool:
    """Is this nothing but a severity, as in 'High' or '🔴 Critical risk (fix first)'?"""
    return bool(any_level(title)) and all(word in _GENERIC for word in without_level(title))


def is_generic(title: str) -> bool:
    """Does a heading only say 'the items'?"""
    found = words(_BRACKET.sub("", title[:200]))
    return bool(found) and all(word in _GENERIC or word.isdigit() for word in found)


def section_state(title: str) -> State | None:
    """The state of all items under a heading such as 'Resolved Technical Debt' or 'Open'."""
    plain = words(re.split(r"\s[-–—:]\s|：", _BRACKET.sub("", title[:200]))[0])
    left = [word for word in plain if word not in _GENERIC and not word.isdigit()]
    if not left:
        return State.OPEN if any(word in OPEN for word in plain) else None
    if all(word in _ARCHIVE for word in left):
        return State.PAID
    return State.DROPPED if all(word in DROPPED for word in left) or is_dropped(" ".join(left)) else None


def is_aside(title: str) -> bool:
    """Does a heading announce an explanation, a plan or a summary, not items?"""
    plain = _BRACKET.sub("", title[:200].casefold()).strip(" *_:：?")
    found = without_level(plain)
    is_known = all(word in _KNOWN or word.isdigit() for word in found)
    return _QUESTION.match(plain) is not None or (is_known and any(word in _ASIDE for word in found))


def is_shape(title: str) -> bool:
    """Does it show how an item looks, so that its body may look just like one?"""
    return _SHAPE.search(title[:200].casefold()) is not None


def is_essay(title: str) -> bool:
    return _ESSAY.search(title[:200].casefold()) is not None
