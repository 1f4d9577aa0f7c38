"""What a member of a team may do. Roles are ordered: who may more may also less."""

from enum import IntEnum


class Role(IntEnum):
    OBSERVER = 1
    MEMBER = 2
    LEAD = 3

    def __str__(self) -> str:
        return self.name.lower()

    @property
    def may(self) -> str:
        return MAY[self]


OBSERVER, MEMBER, LEAD = Role.OBSERVER, Role.MEMBER, Role.LEAD

MAY = {
    OBSERVER: "reads everything, changes nothing",
    MEMBER: "reports, sorts and commits",
    LEAD: "also invites, removes and changes the team",
}
