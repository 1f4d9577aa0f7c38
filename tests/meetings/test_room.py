"""A meeting from start to close, through the doors that everybody uses."""



def started(lea):
    lea.get("/boards/1")
    answer = lea.post("/boards/1/meetings")
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def test_a_whole_meeting_by_two_people(lea, max_):
    meeting = started(lea)
    room = f"/meetings/{meeting}"
    page = lea.get(room)
    assert page.status_code == 200
    assert "What new debts have been added?" in page.text
    assert "Review was skipped: no commitment was due." in page.text
    assert max_.get(room).status_code == 200
    for person in (lea, max_):
        for item, category in ((1, "cheap"), (2, "cheap"), (3, "expensive"), (4, "catastrophic")):
            assert person.post(f"{room}/items/{item}/ballot", data={"category": category}).status_code == 303
    max_.post(f"{room}/items/2/ballot", data={"category": "catastrophic"})
    turn = "1"
    assert lea.post(f"{room}/phase", data={"turn": turn}).status_code == 422
    assert lea.post(f"{room}/reveal", data={"turn": turn}).status_code == 303
    page = lea.get(room)
    assert "Split: 1 cheap, 1 catastrophic" in page.text
    assert lea.post(f"{room}/phase", data={"turn": turn}).status_code == 303
    assert lea.post(f"{room}/phase", data={"turn": turn}).status_code == 409
    assert "What is becoming painful?" in lea.get(room).text
    assert max_.post(f"{room}/items/2/dots", data={"step": "1"}).status_code == 303
    assert lea.post(f"{room}/reveal", data={"turn": "2"}).status_code == 303
    assert lea.post(f"{room}/phase", data={"turn": "2"}).status_code == 303
    assert "Cheap, expensive or catastrophic?" in lea.get(room).text
    assert lea.post(f"{room}/focus", data={"step": "next"}).status_code == 303
