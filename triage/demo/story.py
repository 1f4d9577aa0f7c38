"""The story of Barm, which takes orders until eight, tells bakeries what to bake, and has the vans out by four.

Five people look after it. Told sprint by sprint: what is reported and what it costs in between, and what the Friday
meetings decide. The numbers are those of the items in TECH_DEBT.md. Ballots (1 cheap, 2 expensive, 3 catastrophic) and
dots stand in the order of those who were there; like every meeting, theirs forgets at the close whose they were.
"""

from datetime import time

from triage.boards.category import Category
from triage.commitments.models import Verdict
from triage.demo.acts import (
    Commit,
    Drop,
    Extend,
    Judge,
    Keep,
    Lose,
    Move,
    Note,
    Pay,
    Postpone,
    PutOff,
    Reopen,
    Report,
    Scene,
    Sort,
    Step,
    TakeChair,
    Waive,
    Write,
)
from triage.demo.meetings import Triage
from triage.demo.retrospectives import KEPT, PUZZLED, SLOWED, Change, LookBack
from triage.demo.stage import Person
from triage.teams.roles import LEAD, MEMBER, OBSERVER

TEAM, BOARD, TIME_ZONE = "Night Shift", "Barm", "Europe/Lisbon"

PEOPLE = (
    INES := Person("lead@example.com", "Inês Duarte", LEAD),
    TOMASZ := Person("tomasz@example.com", "Tomasz Wilk", MEMBER),
    PRIYA := Person("priya@example.com", "Priya Raman", MEMBER),
    JONAS := Person("jonas@example.com", "Jonas Eld", MEMBER),
    RUTH := Person("ruth@example.com", "Ruth Abara", OBSERVER),  # leads the desk that answers the phone: she reads
)
DECIDER = PRIYA
THE_FOUR = (INES, TOMASZ, PRIYA, JONAS)

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(1, 6)
NEXT_MONDAY, NEXT_TUESDAY, NEXT_WEDNESDAY, NEXT_THURSDAY, MEETING = range(8, 13)

_FIRST = (
    # The wiki page “Things we should really do” becomes a board: everybody reads theirs out, then they sort.
    Scene(MONDAY, time(9, 30), TOMASZ, [*map(Report, range(1, 7))]),
    Scene(MONDAY, time(9, 36), PRIYA, [*map(Report, range(7, 13))]),
    Scene(MONDAY, time(9, 42), JONAS, [*map(Report, range(13, 18))]),
    Scene(MONDAY, time(9, 47), INES, [*map(Report, range(18, 21))]),
    Scene(MONDAY, time(9, 50), TOMASZ, [Note(2, "Fourteen steps in a README. They work.", "A script.", size=1)]),
    Scene(MONDAY, time(9, 51), PRIYA, [Note(9, "Bakers write “gluten, egg” and know what they mean.", size=0.5)]),
    Scene(
        MONDAY,
        time(9, 52),
        JONAS,
        [
            Note(
                13,
                "The tests wait for fixed times, and some days the times are not enough.",
                "Wait for what should happen instead of for seconds. The payment tests need a look of their own.",
                size=3,
            )
        ],
    ),
    Scene(
        MONDAY,
        time(9, 55),
        INES,
        [
            *map(Sort, (20, 14, 15, 1, 12)),
            Sort(17, "The workaround is a photograph, and it works."),
            Move(2, Category.CHEAP, "By hand, and it works. The typical case of taking it freely."),
            Move(9, Category.CHEAP, "One field, on one label."),
            Sort(16),
            Sort(6, "Two servers, one crontab, one breakfast."),
            Sort(19, "It grows by a cell a month. Inês asked for expensive herself."),
            *map(Sort, (18, 11)),
            Sort(7, "Not one query, but eleven places, and the twelfth is being written."),
            Sort(10),
            Sort(4, "Fixing it is a day. Finding out on the wrong day is the company."),
            Sort(3, "Asked of every incident this year, and answered for none."),
            Sort(5),
            Move(13, Category.EXPENSIVE, "Nobody dares to refactor under a suite that cries wolf."),
            Sort(8, "Three questions, three times the wrong answer. It gets no twelfth rule."),
            Commit(1, TOMASZ, 1, 0.5, "At eight in the evening, signing in takes less than 100 ms."),
            Commit(13, JONAS, 1, 3, "Ten runs in a row are green without a rerun."),
            Commit(5, PRIYA, 1, 4, "Inês changes a price without a deploy, and the order page shows it."),
        ],
    ),
    Scene(TUESDAY, time(19, 58), PRIYA, [Report(21)]),
    Scene(WEDNESDAY, time(7, 5), JONAS, [Report(22)]),
    Scene(WEDNESDAY, time(16, 10), JONAS, [Lose(13, 25, "Three reruns until a wrong total could be put right.")]),
    Scene(THURSDAY, time(11, 20), TOMASZ, [Report(23)]),
    Scene(FRIDAY, time(16, 45), TOMASZ, [Report(24)]),
    Scene(NEXT_MONDAY, time(10, 10), PRIYA, [Report(25)]),
    Scene(NEXT_TUESDAY, time(9, 20), PRIYA, [Lose(9, 15, "Read eleven labels to a café that asked about nuts.")]),
    Scene(NEXT_TUESDAY, time(14, 25), JONAS, [Report(26)]),
    Scene(NEXT_WEDNESDAY, time(9, 15), INES, [Report(27)]),
    Scene(NEXT_THURSDAY, time(17, 30), JONAS, [Report(28)]),
    Triage(
        day=MEETING,
        at=time(15, 2),
        chair=INES,
        there=THE_FOUR,
        minutes=(5, 4.5, 3.5, 10, 5, 1.5),
        review=[
            Keep(1),
            Judge(13, Verdict.PARTLY, "The fixed waits are gone; the three payment tests still fail on Mondays."),
            Judge(5, Verdict.MISSED, "We waited nine days for the wholesale tariff instead of starting with the shop."),
        ],
        ballots={21: "2222", 22: "3323", 23: "1111", 24: "1-11", 25: "2122", 26: "1212", 27: "1313", 28: "1111"},
        dots={13: "2103", 5: "2030", 22: "1202", 19: "-2--", 27: "--2-"},
        sort=[
            Sort(27, "Split at first, cheap against catastrophic. It is two days' work now, and two weeks' in a year."),
            Sort(26, "It will not get worse. It will only get urgent, on a day we do not choose."),
            Sort(25, "Four bakeries today. Every new screen adds the hour in its own way."),
            Sort(22, "Sign-in without people: it is on the list of examples, nearly word for word."),
            Waive(
                22, 5, NEXT_THURSDAY, "The driver app is rewritten by then. Doing this twice would be once too often."
            ),
            Waive(8, 3, NEXT_THURSDAY, "Eleven rules hold, and there will be no twelfth. Prices come first."),
        ],
        commit=[
            Commit(13, JONAS, 2, 2, "Ten runs in a row are green without a rerun, a Monday among them."),
            Commit(5, PRIYA, 2, 4, "Inês changes a price without a deploy, in the shop and in wholesale."),
        ],
        worth="4342",
    ),
)

_SECOND = (
    Scene(TUESDAY, time(6, 40), TOMASZ, [Report(29), Write(29)]),
    Scene(TUESDAY, time(11, 0), TOMASZ, [Pay(20)]),
    Scene(WEDNESDAY, time(10, 55), JONAS, [Report(30)]),
    Scene(WEDNESDAY, time(15, 10), PRIYA, [Report(31)]),
    Scene(WEDNESDAY, time(16, 35), TOMASZ, [Report(32), Write(32)]),
    Scene(
        THURSDAY,
        time(10, 5),
        PRIYA,
        [Lose(7, 20, "They asked for 22:00. I looked for 20:00 and found it eleven times.")],
    ),
    Scene(FRIDAY, time(12, 40), INES, [Lose(19, 90, "One special agreement, and the notebook added it up twice.")]),
    Scene(NEXT_MONDAY, time(9, 50), PRIYA, [Report(33)]),
    Scene(NEXT_TUESDAY, time(12, 15), JONAS, [Pay(28)]),
    Scene(NEXT_TUESDAY, time(17, 5), INES, [Report(34)]),
    Scene(NEXT_WEDNESDAY, time(20, 30), JONAS, [Report(35)]),
    Triage(
        day=MEETING,
        at=time(15, 1),
        chair=JONAS,
        there=THE_FOUR,
        minutes=(4, 4.5, 4, 7, 6, 1.5),
        review=[
            Keep(13, "Twelve green runs, a Monday among them. To be honest, the payment tests just wait for longer."),
            Judge(5, Verdict.PARTLY, "Shop prices come from the price list. Wholesale still lives in the form."),
        ],
        ballots={29: "2322", 30: "1111", 31: "11-1", 32: "1111", 33: "2132", 34: "1-11", 35: "1111"},
        dots={2: "3122", 3: "-23-", 11: "---3", 29: "22--"},
        sort=[
            PutOff(33),  # what Ruth's desk needs of it, somebody asks Ruth first
            Sort(29, "Nobody saw it for months, so nobody knows how often it was true."),
            Write(2),
            Move(2, Category.EXPENSIVE, "Tomasz had the flu, and for nine days nothing left the building."),
        ],
        commit=[
            Commit(5, PRIYA, 3, 2, "No price is left in a template, wholesale included."),
            Commit(3, TOMASZ, 3, 2, "Given an order, one search shows every line from the page to the bake sheet."),
            Commit(11, JONAS, 3, 4, "The word “article” is gone from the code, but for one view."),
        ],
        worth="4354",
    ),
    LookBack(
        day=MEETING,
        at=time(15, 40),
        chair=PRIYA,
        there=THE_FOUR,
        minutes=(0, 7, 8, 9, 2),
        said=[
            (INES, KEPT, "The shop can change a price now. Somebody brought cake."),
            (INES, SLOWED, "A pull request of mine was older than the bread."),
            (TOMASZ, SLOWED, "Nothing left the building while one person had the flu."),
            (TOMASZ, PUZZLED, "Who decides what is urgent when the phone rings?"),
            (PRIYA, SLOWED, "Reviews wait until somebody is asked by name."),
            (PRIYA, KEPT, "Pairing on the price list: no surprises."),
            (JONAS, PUZZLED, "Why are the payment tests green on every day but Monday?"),
            (JONAS, SLOWED, "Two half days went into finding out what was already decided."),
        ],
        same=[(4, 1)],
        dots={1: "2123", 2: "-31-", 7: "2-12", 3: "1-1-"},
        changes=[
            Change(
                "Whoever opens a pull request asks one person by name.",
                JONAS,
                "On Fridays no pull request is older than a working day.",
            ),
            Change(
                "Two people can deploy, and take turns.", TOMASZ, "A release leaves while Tomasz is away.", debts="D-2"
            ),
        ],
        worth="4344",
    ),
)

_THIRD = (
    Scene(
        TUESDAY,
        time(7, 20),
        PRIYA,
        [
            Report(36),
            Note(
                36,
                "Worked out when the page is opened. Nineteen seconds for the largest bakehouse.",
                "Compute it once, when the day closes, and keep it.",
                size=3,
            ),
        ],
    ),
    Scene(WEDNESDAY, time(9, 45), TOMASZ, [Report(37)]),
    Scene(WEDNESDAY, time(11, 15), PRIYA, [Lose(36, 10, "Read a plan to a baker whose page stayed white.")]),
    Scene(THURSDAY, time(8, 30), PRIYA, [Report(38), Write(38)]),
    Scene(THURSDAY, time(16, 20), JONAS, [Pay(15)]),
    Scene(FRIDAY, time(9, 35), JONAS, [Lose(9, 20, "“Lactose”, “leite” or “milk”: three searches for one canteen.")]),
    Scene(NEXT_MONDAY, time(11, 40), JONAS, [Report(39)]),
    Scene(NEXT_TUESDAY, time(10, 5), TOMASZ, [Pay(32)]),
    Scene(NEXT_TUESDAY, time(13, 50), JONAS, [Report(40)]),
    Scene(
        NEXT_WEDNESDAY, time(8, 50), TOMASZ, [Lose(25, 30, "Azores: the day was closed, and eleven orders were not.")]
    ),
    Triage(
        day=MEETING,
        at=time(15, 1),
        chair=TOMASZ,
        there=THE_FOUR,
        minutes=(5, 5, 3.5, 8, 6, 2),
        review=[
            Keep(5),
            Keep(3),
            Judge(
                11,
                Verdict.DROPPED,
                "The bakehouse screens are being rebuilt anyway. Renaming them twice helps nobody.",
            ),
            Drop(14),
        ],
        intake=[Report(41)],
        # The waiver of D-8 ended yesterday.
        ballots={33: "2232", 36: "1222", 37: "2222", 38: "2232", 39: "1111", 40: "1111", 41: "1-11", 8: "3333"},
        dots={9: "221-", 2: "1131", 38: "-21-", 8: "2---", 10: "---3", 36: "---1"},
        sort=[
            Sort(33, "Useful and invisible. It is the second half that costs."),
            Move(36, Category.EXPENSIVE, "One page, and the bakers do not complain. They have learnt to reload."),
            Sort(38, "Two customers so far, both friendly about it."),
            Note(
                9,
                "Forty bakeries write it in their own words, and three places search those words, each in its way.",
                "A list to tick instead of a line to type, and every bakery goes through its products once.",
                size=2,
            ),
            Move(9, Category.EXPENSIVE, "It was one field on one label. Now an export for canteens reads it too."),
            Postpone(8),
        ],
        commit=[
            Commit(2, TOMASZ, 4, 3, "Anyone on the team ships with one press and goes back with another."),
            Commit(38, PRIYA, 4, 3, "A payment that is sent twice is charged once, and a test sends it twice."),
            Commit(8, INES, 4, 4, "The run sheet's template compares no times; each rule has a test."),
        ],
        worth="5445",
    ),
    LookBack(
        day=MEETING,
        at=time(15, 38),
        chair=INES,
        there=THE_FOUR,
        minutes=(4, 6, 7, 8, 2),
        review=[("yyyp", "yyey"), ("ppyp", "eeen")],
        said=[
            (INES, KEPT, "Reviews came back before lunch."),
            (TOMASZ, KEPT, "Priya deployed while I was in a train, and it was boring."),
            (TOMASZ, SLOWED, "Three meetings to agree on one field."),
            (PRIYA, SLOWED, "The desk learns of a release from its screen."),
            (JONAS, PUZZLED, "Do bakeries read our mails at all?"),
        ],
        dots={2: "1231", 3: "322-", 4: "1--3"},
        changes=[
            Change(
                "The desk reads what a release changes, the day before.",
                PRIYA,
                "Ruth says that nothing surprised her, two sprints in a row.",
                weeks=5,
            ),
        ],
        worth="5444",
    ),
)

_FOURTH = (
    Scene(TUESDAY, time(11, 25), JONAS, [Pay(40)]),
    Scene(WEDNESDAY, time(21, 10), INES, [Report(42), Write(42)]),
    Scene(THURSDAY, time(9, 15), PRIYA, [Lose(36, 25, "Two bakers reloaded, and each made it slower for the other.")]),
    Scene(THURSDAY, time(10, 30), TOMASZ, [Report(43)]),
    Scene(FRIDAY, time(5, 55), PRIYA, [Report(44)]),
    Scene(FRIDAY, time(11, 5), JONAS, [Lose(10, 45, "A hotel closes on Mondays now: fifty-two copies, one by one.")]),
    Scene(NEXT_MONDAY, time(9, 20), TOMASZ, [Report(45), Write(45)]),
    Scene(NEXT_MONDAY, time(10, 25), INES, [Lose(29, 30, "Two cafés were not on van 4's sheet. They called.")]),
    Scene(NEXT_TUESDAY, time(14, 0), JONAS, [Report(46)]),
    Scene(
        NEXT_TUESDAY,
        time(16, 35),
        JONAS,
        [Reopen(13, "The new payment page answers more slowly than the tests wait. We paid the symptom."), Write(13)],
    ),
    Scene(NEXT_WEDNESDAY, time(13, 15), JONAS, [Report(47)]),
    Scene(NEXT_WEDNESDAY, time(14, 20), JONAS, [Lose(13, 20, "Two reruns for a comma.")]),
    Scene(NEXT_WEDNESDAY, time(17, 40), TOMASZ, [Pay(4)]),
    Scene(NEXT_THURSDAY, time(9, 5), PRIYA, [Drop(35)]),
    Scene(
        NEXT_THURSDAY,
        time(11, 50),
        PRIYA,
        [Lose(9, 30, "Asked four bakeries what “may contain traces” means to them.")],
    ),
    Triage(
        day=MEETING,
        at=time(15, 3),
        chair=PRIYA,
        there=THE_FOUR,
        minutes=(7.5, 4.5, 4, 10, 5.5, 1.5),
        review=[
            Keep(2),
            Keep(38),
            Extend(2),
            Judge(8, Verdict.MISSED, "We had promised ten days with eight to give. This is the part that did not fit."),
        ],
        # The promise was D-8's exit, so it comes up anew.
        ballots={42: "3333", 43: "1233", 44: "1111", 45: "1223", 46: "1111", 47: "1-11", 8: "3-33"},
        dots={42: "2211", 13: "11-3", 36: "--31", 45: "-2--", 19: "2---", 27: "--1-"},
        sort=[
            Sort(43, "A day's work. It is the wrong kind of cheap to leave it."),
            Sort(45, "Nine million rows are a different database from none."),
            Waive(
                42,
                8,
                MEETING,
                "Every query, and the next one too. Unanimous, and then quiet. Six days fit beside nothing else;"
                " until then two people read each new query.",
            ),
            Postpone(8),
        ],
        commit=[
            TakeChair(TOMASZ),  # a bakery calls, and Priya goes out to answer; she is back for her own
            Commit(8, INES, 5, 4, "The run sheet's template compares no times; each rule has a test."),
            Commit(43, TOMASZ, 5, 1, "A webhook with a wrong signature gets a 400 and a line in the log."),
            Commit(27, PRIYA, 5, 2, "No real name, address or number is in the test data, and the pipeline checks it."),
        ],
        worth="3434",
    ),
    LookBack(
        day=MEETING,
        at=time(15, 41),
        chair=TOMASZ,
        there=THE_FOUR,
        minutes=(4, 7, 8, 7, 2),
        review=[("yyyy", "yyny")],
        said=[
            (INES, SLOWED, "Reruns. I stopped reading what failed."),
            (TOMASZ, SLOWED, "The tests were red on Monday, and nobody was surprised."),
            (PRIYA, KEPT, "Nobody had to be woken at four."),
            (JONAS, SLOWED, "A rerun costs nineteen minutes, and I did nine of them."),
            (JONAS, PUZZLED, "Who looks at the alarms in the second week?"),
        ],
        same=[(1, 0), (3, 0)],
        dots={0: "3323", 2: "1-1-", 4: "12-2"},
        changes=[
            Change(
                "One of us a week mends a flaky test before anything else.",
                JONAS,
                "Fewer than three reruns in a week.",
                debts="D-13",
            ),
            Change("The alarm has a name for each week, on the wall.", INES, "Every alarm is answered by its name."),
        ],
        worth="4354",
    ),
)

_FIFTH = (
    Scene(TUESDAY, time(10, 50), INES, [Report(48), Write(48)]),
    Scene(WEDNESDAY, time(8, 15), JONAS, [Report(49)]),
    Scene(
        THURSDAY,
        time(8, 40),
        PRIYA,
        [Lose(36, 45, "The bakehouse printed yesterday's plan and asked me to say the changes.")],
    ),
    Scene(FRIDAY, time(18, 20), PRIYA, [Report(50)]),
    Scene(
        NEXT_MONDAY, time(10, 30), TOMASZ, [Lose(13, 35, "Five reruns. The fifth was a real failure, and it went in.")]
    ),
    Scene(NEXT_MONDAY, time(15, 30), TOMASZ, [Report(51)]),
    Scene(NEXT_TUESDAY, time(9, 10), JONAS, [Lose(37, 25, "Looked for a photo of a wet crate on the wrong server.")]),
    Scene(NEXT_WEDNESDAY, time(12, 5), TOMASZ, [Report(52)]),
    Scene(NEXT_WEDNESDAY, time(17, 15), PRIYA, [Write(9)]),
    Scene(NEXT_THURSDAY, time(7, 30), PRIYA, [Write(36)]),
    Scene(
        NEXT_THURSDAY,
        time(12, 20),
        PRIYA,
        [Lose(9, 90, "The nursery, its cook, the bakery; then every export once more.")],
    ),
    Triage(
        day=MEETING,
        at=time(15, 1),
        chair=INES,
        there=(INES, TOMASZ, PRIYA),  # Jonas is on a train this Friday
        guests=("Amélia",),  # who bakes in the largest bakehouse
        minutes=(4, 4, 3, 7.5, 5.5, 2),
        review=[Keep(8), Keep(43), Keep(27), Drop(46)],
        # The waiver of D-22 ended yesterday.
        ballots={48: "111", 49: "111", 50: "112", 51: "222", 52: "122", 22: "333"},
        dots={9: "3-2", 36: "223", 13: "-3-"},
        sort=[
            Sort(50, "It seldom rains on a Friday, and the desk looks out of the window."),
            Sort(52, "Until noon on the first of a month the search tells yesterday's prices."),
            Move(9, Category.CATASTROPHIC, "A nursery. This time the driver noticed."),
            Postpone(9),
            Move(36, Category.CATASTROPHIC, "28 of 30 seconds. One more large bakery and there is no plan at all."),
            Waive(
                36, 6, THURSDAY, "The proxy waits for 60 seconds until then, and Tomasz measures what an index buys us."
            ),
            Step(13, "top"),
            Postpone(22),
        ],
        commit=[
            Commit(
                9, PRIYA, 6, 3, "Label, order page and export read the ticked list, and nothing reads the old line."
            ),
            Commit(
                22,
                JONAS,
                6,
                3,
                "A delivery is signed with a driver's name, and no van's PIN opens the app.",
                is_answered=False,
            ),
            Commit(13, TOMASZ, 6, 2, "Twenty runs in a row are green, with reruns turned off."),
        ],
        worth="543",
    ),
    LookBack(
        day=MEETING,
        at=time(15, 39),
        chair=INES,
        there=(INES, TOMASZ, PRIYA),
        minutes=(5, 6, 7, 8, 2),
        review=[("pnp", "nen"), ("yyy", "yyy")],
        said=[
            (INES, KEPT, "The alarms have names, and I slept."),
            (TOMASZ, SLOWED, "The flaky week is the first thing that gives way."),
            (PRIYA, SLOWED, "We promise three paydowns and keep two."),
            (PRIYA, PUZZLED, "What would we stop doing, if we had to?"),
        ],
        dots={1: "221", 2: "32-", 3: "--3"},
        changes=[
            Change(
                "We promise two paydowns a sprint, and take a third when they are done.",
                INES,
                "Both are kept, two sprints in a row.",
            ),
        ],
        worth="545",
    ),
)

_PRESENT = (
    Scene(MONDAY, time(6, 50), PRIYA, [Report(53)]),
    Scene(
        TUESDAY,
        time(8, 30),
        PRIYA,
        [Lose(36, 70, "61 seconds, and the proxy was gone. Read a whole plan over the phone.")],
    ),
    Scene(TUESDAY, time(11, 35), INES, [Report(54)]),
    Scene(WEDNESDAY, time(10, 15), JONAS, [Lose(13, 60, "Seven runs for one sentence in a mail.")]),
    Scene(WEDNESDAY, time(14, 45), TOMASZ, [Report(55), Write(55)]),
    Scene(THURSDAY, time(9, 10), JONAS, [Report(56)]),
    Scene(THURSDAY, time(16, 30), INES, [Lose(19, 40, "Explained cell 61 of the notebook to the accountants. Twice.")]),
    Scene(FRIDAY, time(7, 40), PRIYA, [Report(57), Write(57)]),
)

STORY = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH, _PRESENT)
