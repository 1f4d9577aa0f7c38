"""Draft: what a person submits, checked once for forms, imports and the command line, answered in sentences."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Self, get_origin

from annotated_types import MaxLen, MinLen
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from triage.refusal import Refused

# They reorder or hide the text around them: a title that reads differently from what it is.
_DECEIVING = set(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u2028\u2029\u200b\u2060\ufeff"
)


def unseen(text: str) -> set[str]:
    """The characters in a text that nobody can see and that change how the rest is read."""
    return {c for c in text if (unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t") or c in _DECEIVING}


def clean(text: str) -> str:
    """The text without them, with plain line ends and no blank edges."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    bad = unseen(text)
    text = "".join(c for c in text if c not in bad) if bad else text
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n").strip()


def _no_unseen(text: str) -> str:
    bad = unseen(text.replace("\r\n", "\n").replace("\r", "\n"))
    if bad:
        names = ", ".join(sorted(f"U+{ord(c):04X}" for c in bad))
        raise ValueError(
            f"This holds characters that cannot be seen ({names}). They are taken out now:"
            " look at it and send it again."
        )
    return clean(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


Text = Annotated[str, AfterValidator(_no_unseen)]
Line = Annotated[str, AfterValidator(_no_unseen), AfterValidator(_one_line)]
Secret = str
# What an id column can hold: a larger number names no row, and the databases choke on it.
Id = Annotated[int, Field(ge=0, lt=2**31)]
OptionalId = Annotated[Id | None, BeforeValidator(lambda value: None if value == "" else value)]


class Draft(BaseModel):
    """One pydantic model per thing a person submits. Unknown form fields are left aside."""

    model_config = ConfigDict(extra="ignore", validate_default=False)

    @classmethod
    def read(cls, form: Mapping[str, Any]) -> Self:
        """Validate; raises Refused with the first problem as a sentence, naming its field."""
        try:
            return cls.model_validate({key: form[key] for key in form if key in cls.model_fields})
        except ValidationError as error:
            problem = error.errors()[0]
            field = str(problem["loc"][0]) if problem["loc"] else ""
            raise Refused(_sentence(cls.label(field), problem, cls._is_list(field)), field=field) from None

    @classmethod
    def asked(cls, address: Mapping[str, str]) -> tuple[Self, list[str]]:
        """What an address asks for, and a sentence on each part of it that will not do and was left out: an old link
        shows something all the same.
        """
        given = {name: value for name, value in address.items() if value.strip()}
        said: list[str] = []
        while True:
            try:
                return cls.read(given), said
            except Refused as refusal:
                del given[refusal.field]
                said.append(f"{refusal.sentence} It was left out.")

    @classmethod
    def label(cls, field: str) -> str:
        info = cls.model_fields.get(field)
        return (info.title if info else None) or field.replace("_", " ")

    @classmethod
    def limits(cls, field: str) -> dict[str, int | bool]:
        """`maxlength` and `required` for the form field: limits are written once, here in the draft."""
        info = cls.model_fields[field]
        if cls._is_list(field):  # it counts entries, which a form field cannot
            return {}
        longest = next((rule.max_length for rule in info.metadata if isinstance(rule, MaxLen)), None)
        shortest = next((rule.min_length for rule in info.metadata if isinstance(rule, MinLen)), 0)
        return ({"maxlength": longest} if longest else {}) | ({"required": True} if shortest else {})

    @classmethod
    def _is_list(cls, field: str) -> bool:
        return field in cls.model_fields and get_origin(cls.model_fields[field].annotation) is list


def _sentence(label: str, problem: Any, is_list: bool) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    name = label[:1].upper() + label[1:]
    match kind:
        case "value_error":
            return str(context["error"])
        case "missing":
            return f"{name} is missing. Fill it in and send it again."
        case "string_too_short" | "too_short" if context["min_length"] == 1:
            return f"{name} is empty. Write a few words."
        case "string_too_short" | "too_short":
            return f"{name} is too short: use at least {context['min_length']} characters."
        case "string_too_long" | "too_long":
            many = context.get("actual_length", len(problem["input"]))
            what = "entries" if is_list and len(problem["loc"]) == 1 else "characters"
            return f"{name} has {many} {what}; {context['max_length']} fit. Shorten it."
        case "enum" | "literal_error":
            return f"{name} can be {context['expected']}, not “{_shown(problem['input'])}”."
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal" | "finite_number":
            wanted = problem["msg"].removeprefix("Input should be ").removeprefix("a finite number")
            return f"{name} cannot be {_shown(problem['input'])}: it is a number {wanted}".rstrip() + "."
        case _:
            return f"{name}: “{_shown(problem['input'])}” is not understood."


def _shown(value: object) -> str:
    text = clean(str(value))
    return text if len(text) <= 40 else text[:40] + "…"
