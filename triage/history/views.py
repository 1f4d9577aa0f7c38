"""The history of a board and of a team: as a page, to paste, and to take along."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, Response, abort, json, request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import signed_in
from triage.boards.models import Board
from triage.commitments.models import Commitment
from triage.commitments.sprints import Sprint
from triage.history.drafts import CHOICES, RangeDraft
from triage.history.facts import Facts
from triage.history.figures import figures_of, tables_of
from triage.history.markdown import history_md
from triage.history.story import Figure, History
from triage.history.table import Table
from triage.teams.access import reach, reach_team
from triage.teams.models import Team
from triage.web.pages import page

bp = Blueprint("history", __name__)


@dataclass
class Scope:
    """Whose history is asked for, and which sprints of it: of one board, or of a team over all its boards."""

    team: Team
    board: Board | None = None

    @property
    def name(self) -> str:
        return str(self.board or self.team)

    @cached_property
    def asked(self) -> RangeDraft:
        return RangeDraft.asked(request.args)[0]

    @cached_property
    def history(self) -> History | None:
        """None for a team without a board."""
        boards = [self.board] if self.board else self.team.boards
        return History(Facts(self.team, boards, *self.asked.bounds(Sprint.current(self.team)))) if boards else None

    @cached_property
    def figures(self) -> dict[str, Figure]:
        return figures_of(self.history) if self.history else {}

    @property
    def left_out(self) -> list[str]:
        """A sentence on each part of the address that will not do."""
        said, until = RangeDraft.asked(request.args)[1], self.asked.until
        if until and self.history and until > self.history.facts.present.number:
            said.append(f"Sprint {until} is still to come: these are the sprints up to the present one.")
        return said

    @property
    def earlier(self) -> RangeDraft | None:
        """The sprints before these."""
        first = self.history.facts.first if self.history else 1
        return self.asked.up_to(first - 1) if first > 1 else None

    @property
    def later(self) -> RangeDraft | None:
        """Those after these, up to the present one, which moves on."""
        if not self.history or self.history.facts.is_present:
            return None
        last = self.history.facts.last + self.asked.sprints
        return self.asked.up_to(last if last < self.history.facts.present.number else None)

    @property
    def record(self) -> str:
        """What was taken on and paid down in the sprints that the forecast is drawn from."""
        history = self.history
        sprints = len(history.facts.growths()) if history else 0
        if not (history and sprints):
            return "#forecast-table"
        asked = self.asked.of(sprints).up_to(history.facts.present.number - 1)
        return self.address(asked=asked, _anchor="flow-items-table")

    def address(self, what: str = "", asked: RangeDraft | None = None, **more: Any) -> str:
        """Of this history, or of `what` can be taken along of it: `md`, `json`, `table_csv`."""
        endpoint = "_".join(filter(None, ["history.board" if self.board else "history.team", what]))
        of: dict[str, Any] = {"board_id": self.board.id} if self.board else {"team_id": self.team.id}
        return url_for(endpoint, **(of | more | (asked or self.asked).address))


@bp.get("/boards/<int:board_id>/history")
@signed_in
def board(board_id: int) -> ResponseReturnValue:
    return _show(_of_board(board_id))


@bp.get("/teams/<int:team_id>/history")
@signed_in
def team(team_id: int) -> ResponseReturnValue:
    return _show(Scope(reach_team(team_id)))


@bp.get("/boards/<int:board_id>/history.md")
@signed_in
def board_md(board_id: int) -> ResponseReturnValue:
    return _markdown(_of_board(board_id))


@bp.get("/teams/<int:team_id>/history.md")
@signed_in
def team_md(team_id: int) -> ResponseReturnValue:
    return _markdown(Scope(reach_team(team_id)))


@bp.get("/boards/<int:board_id>/history.json")
@signed_in
def board_json(board_id: int) -> ResponseReturnValue:
    return _json(_of_board(board_id))


@bp.get("/teams/<int:team_id>/history.json")
@signed_in
def team_json(team_id: int) -> ResponseReturnValue:
    return _json(Scope(reach_team(team_id)))


@bp.get("/boards/<int:board_id>/history/<key>.csv")
@signed_in
def board_table_csv(board_id: int, key: str) -> ResponseReturnValue:
    return _as_csv(_table(_of_board(board_id), key))


@bp.get("/teams/<int:team_id>/history/<key>.csv")
@signed_in
def team_table_csv(team_id: int, key: str) -> ResponseReturnValue:
    return _as_csv(_table(Scope(reach_team(team_id)), key))


@bp.get("/boards/<int:board_id>/history/<key>.json")
@signed_in
def board_table_json(board_id: int, key: str) -> ResponseReturnValue:
    return _as_json(_table(_of_board(board_id), key).records)


@bp.get("/teams/<int:team_id>/history/<key>.json")
@signed_in
def team_table_json(team_id: int, key: str) -> ResponseReturnValue:
    return _as_json(_table(Scope(reach_team(team_id)), key).records)


def _of_board(board_id: int) -> Scope:
    board = reach(Board, board_id)
    return Scope(board.team, board)


def _show(scope: Scope) -> Response:
    history = scope.history
    return page(
        "history/show.html",
        scope=scope,
        team=scope.team,
        board=scope.board,
        history=history,
        figures=scope.figures,
        carried=Commitment.carried(history.facts.committed) if history else {},
        choices=CHOICES,
    )


def _markdown(scope: Scope) -> Response:
    range = scope.history.range if scope.history else "no sprint yet"
    text = history_md(scope.name, range, scope.figures.values(), scope.address(_external=True))
    return Response(text, mimetype="text/markdown")


def _json(scope: Scope) -> Response:
    return _as_json({key: one.records for key, one in tables_of(scope.figures.values()).items()})


def _table(scope: Scope, key: str) -> Table:
    return tables_of(scope.figures.values()).get(key) or abort(404)


def _as_csv(table: Table) -> Response:
    response = Response(table.csv, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{table.key}.csv")
    return response


def _as_json(value: object) -> Response:
    """With the columns in their order."""
    return Response(json.dumps(value, sort_keys=False), mimetype="application/json")
