"""How a debt grows while it is left."""

from enum import StrEnum


class Spread(StrEnum):
    UNKNOWN = ""
    STAYS = "stays as it is"
    BUILT_ON = "spreads when we build on it"
    BY_ITSELF = "spreads by itself"

    @property
    def label(self) -> str:
        return self.value or "not said"
