"""A team's settings: POST /teams/1/settings."""

import json
from html import unescape

from tests.web.snapshot import but_versions, changed, rows

GOOD = {
    "name": "Harbor",
    "unit": "days",
    "sprint_days": "14",
    "budget_percent": "20",
    "capacity": "",
    "dots": "5",
    "dots_per_item": "3",
    "kept_prompt": "What kept us going?",
    "slowed_prompt": "What slowed us down?",
    "puzzled_prompt": "What puzzled us?",
    "time_zone": "UTC",
}


def test_a_lead_changes_them_and_what_changed_is_recorded(app, lea):
    before = rows(app)
    new = GOOD | {
        "unit": "points",
        "sprint_days": " 7 ",
        "slowed_prompt": "What held us up?",
        "time_zone": "Europe/Berlin",
        "decider_id": "3",
        "id": "2",
    }
    assert lea.post("/teams/1/settings", data=new).location == "/teams/1"
    after = rows(app)
    kept = {"decider_id": 1, "dots": 5, "name": "Harbor", "budget_percent": 20}
    assert (
        after["team"][0].items() >= ({"unit": "points", "sprint_days": 7, "time_zone": "Europe/Berlin"} | kept).items()
    )
    assert after["event"][-1]["what"] == {"fields": ["unit", "sprint days", "slowed prompt", "time zone"]}
    assert changed(before, after) == {"team", "event"}
    page = lea.get("/teams/1/settings").text
    assert 'value="Europe/Berlin"' in page


def test_dots_guests_and_capacity_are_settings_too(app, lea):
    new = GOOD | {"capacity": "37,5", "dots": "6", "dots_per_item": "6", "guests_vote": "true"}
    assert lea.post("/teams/1/settings", data=new).status_code == 303
    after = rows(app)
    stored = {"capacity": 37.5, "dots": 6, "dots_per_item": 6, "guests_vote": True}
    assert after["team"][0].items() >= stored.items()
    assert after["event"][-1]["what"] == {"fields": ["capacity", "dots", "dots per item", "guests vote"]}
    page = lea.get("/teams/1/settings").text
    assert 'value="37.5"' in page
    assert 'name="guests_vote" value="true" checked>' in page


def test_a_box_without_its_tick_and_an_empty_capacity_take_them_back(app, lea):
    lea.post("/teams/1/settings", data=GOOD | {"capacity": "40", "guests_vote": "true"})
    lea.post("/teams/1/settings", data=GOOD)
    assert rows(app)["team"][0].items() >= {"capacity": None, "guests_vote": False}.items()
    assert 'name="guests_vote" value="true">' in lea.get("/teams/1/settings").text


def test_a_tick_stays_in_a_form_that_comes_back(lea):
    answer = lea.post("/teams/1/settings", data=GOOD | {"guests_vote": "true", "dots": "0"})
    assert 'name="guests_vote" value="true" checked>' in answer.text


def test_saving_what_stands_there_records_nothing(app, lea):
    before = rows(app)
    assert lea.post("/teams/1/settings", data=GOOD).status_code == 303
    assert but_versions(rows(app)) == but_versions(before)


def test_bad_input_is_refused_beside_its_field_and_nothing_typed_is_lost(app, lea):
    before = rows(app)
    for field, value, sentence in (
        ("name", "", "Name is empty"),
        ("name", "x" * 81, "Name has 81 characters; 80 fit"),
        ("name", "Har\u202ebor", "U+202E"),
        ("unit", "kilos", "Unit can be 'days' or 'points', not “kilos”"),
        ("sprint_days", "0", "Sprint days cannot be 0"),
        ("sprint_days", "-3", "Sprint days cannot be -3"),
        ("sprint_days", "61", "Sprint days cannot be 61"),
        ("sprint_days", "two weeks", "“two weeks” is not understood"),
        ("sprint_days", "1e3", "“1e3” is not understood"),
        ("sprint_days", "9" * 5_000, "is not understood"),
        ("budget_percent", "101", "Budget percent cannot be 101"),
        ("budget_percent", "NaN", "“NaN” is not understood"),
        ("capacity", "0", "Capacity cannot be 0"),
        ("capacity", "-1", "Capacity cannot be -1"),
        ("capacity", "nan", "Capacity cannot be nan"),
        ("capacity", "a lot", "“a lot” is not understood"),
        ("dots", "0", "Dots cannot be 0"),
        ("dots", "21", "Dots cannot be 21"),
        ("dots", "2.5", "“2.5” is not understood"),
        ("dots_per_item", "0", "Dots per item cannot be 0"),
        ("dots_per_item", "6", "A person has 5 dots, so at most that many can be on one item."),
        ("kept_prompt", "", "First question is empty"),
        ("slowed_prompt", "x" * 81, "Second question has 81 characters; 80 fit"),
        ("puzzled_prompt", "What\u202e?", "U+202E"),
        ("time_zone", "Mars/Olympus", "time zone is not known"),
        ("time_zone", "../../etc/passwd", "time zone is not known"),
        ("time_zone", "", "time zone is not known"),
    ):
        answer = lea.post("/teams/1/settings", data=GOOD | {"name": "Harbour"} | {field: value})
        page = unescape(answer.text)
        assert answer.status_code == 422, (field, value)
        assert sentence in page, (field, value)
        assert f'id="{field}-error"' in page
        assert field == "name" or 'value="Harbour"' in page
    assert rows(app) == before


def test_a_field_left_out_is_missed(app, lea):
    before = rows(app)
    answer = lea.post("/teams/1/settings", data={"name": "Harbor"})
    assert answer.status_code == 422
    assert "Unit is missing" in answer.text
    assert rows(app) == before
    assert json.dumps(before, default=str)
