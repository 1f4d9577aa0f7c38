"""What people submit about themselves, validated in one place."""

from typing import Annotated

from pydantic import AfterValidator, Field

from triage.web.drafts import Draft, Line, Secret

COMMON = {
    "password",
    "passwort",
    "12345678",
    "123456789",
    "1234567890",
    "qwertyui",
    "qwertyuiop",
    "iloveyou",
    "11111111",
}


def _is_address(value: str) -> str:
    name, at, host = value.partition("@")
    if not (name and at and "." in host.strip(".") and " " not in value and "@" not in host):
        raise ValueError("This is not a mail address. It looks like ana@example.com.")
    return value.lower()


def _is_hard_to_guess(value: str) -> str:
    if value.lower() in COMMON or len(set(value)) < 4:
        raise ValueError("This password is among the first that anyone would try. Choose another.")
    return value


Email = Annotated[Line, Field(max_length=254), AfterValidator(_is_address)]


class SignUpDraft(Draft):
    email: Email
    name: Annotated[Line, Field(min_length=1, max_length=80)]
    password: Annotated[Secret, Field(min_length=8, max_length=200), AfterValidator(_is_hard_to_guess)]


class SignInDraft(Draft):
    email: Annotated[Line, Field(max_length=254)]
    password: Annotated[Secret, Field(max_length=200)]
