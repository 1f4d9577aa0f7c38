"""What people submit about themselves, validated in one place."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from triage.web.drafts import Draft, Line, Secret

_ADDRESS = re.compile(r"""[^@\s<>()\[\]\\,;:"]+@[^@\s<>()\[\]\\,;:"]+\.[^@\s<>()\[\]\\,;:".]+""")

# The commonest passwords of eight characters and more, as every list of leaked ones begins.
_COMMON = """
    12345678 123456789 1234567890 0123456789 987654321 11111111 00000000 88888888 12341234 1q2w3e4r 1qaz2wsx
    1q2w3e4r5t 123qweasd qwertyui qwertyuiop qwerty123 qwerty1234 asdfghjkl zxcvbnm123 abcd1234 abc12345 password
    password1 password12 password123 passw0rd p@ssw0rd passwort passwort1 iloveyou sunshine princess football baseball
    superman batman123 trustno1 letmein1 letmein123 welcome1 welcome123 changeme whatever starwars computer internet
    michelle jennifer charlie1 dragon123 monkey123 master123 admin123 administrator
"""
COMMON = set(_COMMON.split())


def _is_address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError("This is not a mail address. It looks like ana@example.com.")
    return value.lower()


Email = Annotated[Line, Field(max_length=254), AfterValidator(_is_address)]


class SignUpDraft(Draft):
    email: Email
    name: Annotated[Line, Field(min_length=1, max_length=80)]
    password: Annotated[Secret, Field(min_length=8, max_length=200)]

    @field_validator("password")
    @classmethod
    def _is_hard_to_guess(cls, value: str, info: ValidationInfo) -> str:
        """What anyone would try first: the commonest ones, one key over and over, and what the person is called."""
        email, name = info.data.get("email", ""), info.data.get("name", "")
        own = {email, email.partition("@")[0], name.lower(), "".join(name.lower().split())}
        if value.lower() in COMMON | own or len(set(value)) < 4:
            raise ValueError("This password is among the first that anyone would try. Choose another.")
        return value


class KeysDraft(Draft):
    uses_keys: bool


class SignInDraft(Draft):
    email: Annotated[Line, Field(max_length=254)]
    password: Annotated[Secret, Field(max_length=200)]
