"""The names that teams give to the fields of a debt item, in the languages that were seen."""

import re
from enum import Enum, auto
from functools import lru_cache


class Means(Enum):
    """What a label says about the text behind it."""

    ID = auto()
    TITLE = auto()
    WHY = auto()
    IMPACT = auto()
    CAUSE = auto()
    FIX = auto()
    DONE_WHEN = auto()
    TRIGGER = auto()
    WORKAROUND = auto()
    SIZE = auto()
    SEVERITY = auto()
    STATUS = auto()
    OWNER = auto()
    REPORTED = auto()
    CLOSED = auto()
    PATHS = auto()
    AREA = auto()
    LINKS = auto()
    MEASURE = auto()
    RESOLUTION = auto()
    OTHER = auto()


# A section with one of these describes an item. Status, owner and dates do not count: whole documents have them too.
CORE = frozenset({Means.WHY, Means.IMPACT, Means.CAUSE, Means.FIX, Means.DONE_WHEN, Means.TRIGGER, Means.WORKAROUND})
CORE |= {Means.SIZE, Means.SEVERITY, Means.PATHS}

_NAMES = {
    Means.ID: """
        id, #, no, no., nr, nr., №, n°, ref, key, debt id, item id, 编号, 編號, 番号, 번호, номер
    """,
    Means.TITLE: """
        title, name, item, debt, debt item, technical debt, tech debt, task, topic, todo, subject, título,
        tarea, elemento, deuda, titre, sujet, tâche, élément, dette, titel, aufgabe, thema, título do item,
        item de dívida, название, задача, пункт, долг, 标题, 標題, 名称, 项目, 事项,
        タイトル, 項目, 件名, 제목, 항목, 이름, titolo, opgave, emne, uppgift, tytuł, taak, onderwerp
    """,
    Means.WHY: """
        description, details, detail, problem, the problem, problem statement, issue, what, what it is,
        what is wrong, what's wrong, current, current state, current situation, current behavior,
        current behaviour, observation, observations, context, background, finding, concern, symptom, symptoms,
        situation, need, gap, limitation, scope, idea, enhancement, summary, debt description, notes, note,
        comment, comments, remarks, explanation, descripción, problema, situación actual, estado actual,
        contexto, detalle, notas, observación, descrição, situação atual, estado atual, observações, problème,
        état actuel, constat, contexte, remarques, détails, beschreibung, ist-zustand, kontext, hintergrund,
        bemerkung, anmerkung, проблема, описание, суть, контекст,
        что не так, текущее состояние, комментарий, 现象, 現象, 问题, 問題,
        描述, 现状, 現狀, 现况, 说明, 説明, 說明, 背景, 備註, 备注, 問題点, 現状, 概要, 内容, 課題, 문제,
        문제점, 설명, 현황, 내용, 비고, descrizione, stato attuale, beskrivelse, beskrivning,
        nuværende tilstand, nuläge, opis, beschrijving, probleem
    """,
    Means.IMPACT: """
        impact, impacts, risk, risks, why, why it matters, why this matters, friction, business impact,
        consequence, consequences, effect, interest, cost of delay, impacto, riesgo, consecuencias, risco,
        consequências, risque, risques, conséquences, auswirkung, auswirkungen, risiko, folgen,
        влияние, риск, риски, последствия, чем грозит, 影响, 影響, 风险,
        風險, リスク, 影響範囲, 영향, 위험, 영향도, impatto, rischio, påvirkning, konsekvens, konsekvenser,
        påverkan, gevolg, wpływ
    """,
    Means.CAUSE: """
        root cause, root causes, cause, causes, decision, why deferred, why it happened, why it exists,
        why we shipped it, why ok now, why accepted, reason, rationale, justification, causa, causa raíz,
        motivo, razón, raison, cause racine, grund, ursache, причина, почему, 原因, 理由, 根因,
        根本原因, 원인, 이유, årsag, orsak, oorzaak
    """,
    Means.FIX: """
        fix, the fix, target, target state, solution, solutions, action, actions, action items, next step,
        next steps, mitigation, mitigations, plan, recommendation, recommendations, remediation, unblock, do,
        to do, approach, proposal, paydown, payoff, pay down, improvement, goal, goals, objective, objectives,
        desired state, migration path, steps, refactoring, remedy, what is needed, suggestion, solución,
        propuesta, acción, acciones, plan de pago, acción de pago, accion de pago, recomendación, objetivo,
        objetivos, solução, ação, proposta, recomendação, plano, solution proposée, objectif, objectifs,
        recommandation, recommandations, plan d'action, lösung, maßnahme, maßnahmen, lösungsvorschlag,
        empfehlung, soll-zustand, ziel, решение, план, рекомендация,
        рекомендации, что делать, исправление, как исправить,
        предложение, 建议修法, 缓解措施, 解决方案, 解決方案, 建议, 建議, 修法, 方案, 修复方案,
        改进建议, 計画, 対応, 対応策, 対策, 解決策, 改善案, 対応方針, 修正案, 해결, 해결 방안, 해결방안, 해결책,
        개선, 개선안, 개선 방안, 조치, 대응, soluzione, løsning, forslag, lösning, åtgärd, oplossing,
        rozwiązanie
    """,
    Means.DONE_WHEN: """
        exit criteria, exit criterion, resolves when, retires when, accept, acceptance, acceptance criteria,
        success criteria, done when, definition of done, closes when, resultado esperado,
        criterios de aceptación, critères, critères d'acceptation, критерий готовности,
        критерии, 验收标准, 完了条件, 完成标准, 완료 조건
    """,
    Means.TRIGGER: """
        trigger, triggers, trigger to revisit, trigger points, when to implement, when to address, when to fix,
        defer until, deferred until, revisit, revisit when, when, due, due date, deadline, fecha objetivo,
        target date, échéance
    """,
    Means.WORKAROUND: """
        workaround, workarounds, current workaround, current mitigation, temporary fix, contournement,
        обходной путь, 临时方案, 回避策, 暫定対応, 우회
    """,
    Means.SIZE: """
        effort, est, effort estimate, estimated effort, estimate, estimated time, estimated cost, time,
        time estimate, cost, cost to fix, size, work, hours, days, points, story points, t-shirt size, esfuerzo,
        esfuerzo estimado, estimación, coste, esforço, estimativa, effort estimé, estimation, charge, coût,
        aufwand, schätzung, трудозатраты, усилия, оценка, трудоемкость,
        трудоёмкость, сложность, 工作量, 预估, 工时, 工時, 成本, 工数, 見積もり, 見積,
        コスト, 작업량, 공수, 예상 시간, 소요 시간, 노력, impegno, indsats, omfang, insats, inspanning, nakład
    """,
    Means.SEVERITY: """
        severity, priority, prio, pri, sev, criticality, urgency, importance, level, risk level, severity level,
        prioridad, gravedad, severidad, criticidad, prioridade, gravidade, severidade, priorité, gravité,
        criticité, sévérité, priorität, schweregrad, dringlichkeit, приоритет,
        серьёзность, серьезность, критичность, важность, 优先级, 优先,
        优先度, 严重度, 严重程度, 严重性, 優先度, 優先級, 優先順位, 重要度, 深刻度, 우선순위, 심각도, 중요도,
        priorità, prioritet, alvorlighed, allvarlighetsgrad, prioriteit, priorytet
    """,
    Means.STATUS: """
        status, state, progress, estado, situação, statut, état, stand, статус, состояние, 状态,
        狀態, 状態, ステータス, 進捗, 상태, 진행 상태, stato, 進度
    """,
    Means.OWNER: """
        owner, owners, assignee, assigned, assigned to, responsible, created by, recorded by, reported by,
        author, reporter, team, responsable, dueño, responsável, verantwortlich, ответственный,
        автор, 负责人, 負責人, 担当, 担当者, 담당, 담당자, ansvarlig
    """,
    Means.REPORTED: """
        date, created, created at, added, filed, found, registered, registered at, reported, last reviewed,
        reviewed, observed, observed at, updated, last updated, identified, introduced, discovered, detected,
        since, date added, date identified, fecha, data, datum, дата, 日期, 时间, 发现时间, 发现日期,
        登録日, 作成日, 発見日, 날짜, 등록일, dato, ajouté
    """,
    Means.CLOSED: """
        resolved, resolved date, resolved at, resolved on, date resolved, resolution date, completed,
        completed at, completed on, completion date, date completed, closed, closed at, closed on, closed date,
        fixed, fixed on, fixed at, paid, done, paid on, resuelto, fecha de cierre, fecha de resolución, pagada,
        résolu, résolu le, erledigt, erledigt am, исправлено, решено, 已修复, 已解决,
        修复时间, 修复日期, 解决日期, 完了, 完了日, 対応日, 해결일, 완료일
    """,
    Means.PATHS: """
        location, locations, file, files, where, site, sites, path, paths, directory, directories,
        files affected, affected files, files involved, affects, affected, affected code, affected layers,
        code location, source file, evidence, ubicación, archivo, archivos, ficheros, dónde, arquivo,
        arquivos, local, onde, fichier, fichiers, emplacement, où, datei, dateien, ort, wo, где, файл,
        файлы, место, расположение, 位置, 证据, 證據, 檔案, 文件, 相关文件, 涉及文件,
        ファイル, 場所, 該当箇所, 対象ファイル, 위치, 파일, 관련 파일, fil, filer, placering, sted, bestand,
        plik
    """,
    Means.AREA: """
        category, categories, area, component, components, domain, dimension, layer, track, type, kind, module,
        modules, package, packages, subsystem, system, service, tag, tags, labels, classification,
        clasificacion, clasificación, categoría, área, componente, módulo, tipo, categoria, catégorie,
        composant, domaine, bereich, kategorie, komponente, modul, категория, область,
        компонент, модуль, тип, 类别, 類別, 分类, 分類, 模块, 模組, 领域, 類型, 类型, 領域,
        カテゴリ, カテゴリー, 分野, 種別, モジュール, 카테고리, 영역, 분류, 구분, 유형, 모듈, område, kategori,
        gebied
    """,
    Means.LINKS: """
        source, sources, reference, references, related, related issue, related issues, related pr, related prs,
        related commits, related to, github issue, github issues, issue link, tracking issue, documented in,
        origin, recorded in, link, links, ticket, tickets, jira, pr, see, see also, tracking, referencias,
        enlaces, références, lien, liens, ссылки, связанные, источник, 参考, 参照,
        关联, 關聯, 来源, 相关, 関連, 출처, 관련, 참고, 链接
    """,
    Means.MEASURE: """
        measure, measurement, metric, metrics, count, occurrences, instances, métrica, mesure, метрика,
        指标, 指標, 件数
    """,
    Means.RESOLUTION: """
        resolution, lessons learned, resolved by, resolved in, fixed in, fixed by, resolution pr, what was done,
        outcome, how it was fixed, fix applied, resolución, résolution, 修复, 修復, 修正, 解决, 解決,
        处理结果, 対応内容, 조치 내용
    """,
    Means.OTHER: """
        dependencies, depends on, blocked by, blocks, example, examples, purpose, verification, tests, testing
    """,
}  # fmt: skip

# When the whole label is not in the table, the first of these words that it holds decides.
_WORDS = {
    Means.SIZE: "effort estimate estimated cost esfuerzo aufwand",
    Means.SEVERITY: "severity priority prioridad priorité priorität",
    Means.STATUS: "status",
    Means.OWNER: "owner assignee",
    Means.WORKAROUND: "workaround",
    Means.DONE_WHEN: "criteria",
    Means.TRIGGER: "trigger triggers",
    Means.RESOLUTION: "resolution resolved",
    Means.FIX: """fix solution remediation recommendation recommended mitigation plan proposal proposed suggested
        steps solución propuesta propuesto acción solução proposta lösung vorschlag maßnahme решение предложение""",
    Means.CAUSE: "cause causes rationale reason deferred accepted",
    Means.IMPACT: "impact risk risks consequences",
    Means.PATHS: "file files location locations path paths directory",
    Means.LINKS: "issue issues link links references related ticket",
    Means.WHY: "problem problems description state behavior behaviour",
    Means.REPORTED: "date",
}


def _plain(name: str) -> str:
    """A label without what surrounds it: marks, brackets, numbers, and underscores for spaces."""
    name = re.sub(r"[(\[（【].*", "", name.replace("_", " ").replace("’", "'")).casefold()
    return " ".join(name.strip(" *`~:：.,!?\t\ufe0f").split())


_EXACT = {_plain(name) or name.strip(): means for means, names in _NAMES.items() for name in names.split(",")}
_BY_WORD = {word: means for means, words in _WORDS.items() for word in words.split()}


@lru_cache(maxsize=4096)
def meaning(label: str) -> Means | None:
    """What a label means, or None when it is not known. A label of two names means what the first known one does."""
    if len(label) > 60:
        return None
    name = _plain(label) or label.strip()
    names = [name, *(part.strip() for part in re.split(r"[/／&、|]| and | y | et ", name))]
    return next((_EXACT[each] for each in names if each in _EXACT), None)


@lru_cache(maxsize=4096)
def likely_meaning(label: str) -> Means | None:
    """The same for what is clearly a label by its place: one telling word is enough."""
    if found := meaning(label):
        return found
    words = re.findall(r"\w+", _plain(re.sub(r"^\W+", "", label)))
    if len(words) > 4 or len(label) > 60:
        return None
    return _EXACT.get(" ".join(words)) or next((means for word, means in _BY_WORD.items() if word in words), None)
