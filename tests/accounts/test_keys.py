"""Keys that act by themselves can be turned off: POST /account/keys."""

from tests.web.snapshot import changed, rows


def test_single_keys_are_on_until_one_turns_them_off_and_can_be_turned_on_again(app, lea):
    assert "They are on" in lea.get("/account").text
    before = rows(app)
    assert lea.post("/account/keys", data={"uses_keys": "false"}).location == "/account"
    after = rows(app)
    assert changed(before, after) == {"user"}
    assert [user["uses_keys"] for user in after["user"]] == [False, True, True, True]
    page = lea.get("/account").text
    assert "They are off" in page
    assert 'name="uses_keys" value="true"' in page
    lea.post("/account/keys", data={"uses_keys": "true"})
    assert rows(app) == before


def test_what_is_neither_on_nor_off_is_refused(app, lea):
    before = rows(app)
    for data in ({}, {"uses_keys": ""}, {"uses_keys": "perhaps"}):
        assert lea.post("/account/keys", data=data).status_code == 422
    assert rows(app) == before
