"""Comments on an item: writing, editing and deleting them, each in its place on the item's page."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, signed_in
from triage.database import db
from triage.items.comments import Comment
from triage.items.drafts import CommentDraft
from triage.items.models import Item
from triage.items.views import bp
from triage.teams.access import reach
from triage.teams.roles import MEMBER
from triage.web.pages import changed


@bp.post("/items/<int:item_id>/comments")
@signed_in
def comment(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    return _done(Comment.write(item, CommentDraft.read(request.form).comment, by=current_user))


@bp.post("/comments/<int:comment_id>")
@signed_in
def edit_comment(comment_id: int) -> ResponseReturnValue:
    written = reach(Comment, comment_id, MEMBER)
    written.edit(CommentDraft.read(request.form).comment, by=current_user)
    return _done(written)


@bp.post("/comments/<int:comment_id>/deletion")
@signed_in
def delete_comment(comment_id: int) -> ResponseReturnValue:
    written = reach(Comment, comment_id, MEMBER)
    written.delete(by=current_user)
    return _done(written)


def _done(written: Comment) -> ResponseReturnValue:
    db.session.commit()
    return changed(url_for("items.show", item_id=written.item_id, _anchor="comments"))
