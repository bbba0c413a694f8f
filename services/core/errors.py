"""What a person did that can't be done: told to them in a sentence, and nothing changed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar

from locales import Text, t


class UserError(Exception):
    """A refusal whose text is for the person; every door shows it, none of them logs it as a fault."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, source: str | Text, /, **params: Any) -> None:
        self.text = source if isinstance(source, Text) else t(source, **params)
        super().__init__(self.text.source)


class Conflict(UserError):
    """Right as such, but not now."""

    status = HTTPStatus.CONFLICT


class Forbidden(UserError):
    """This person may not do that."""

    status = HTTPStatus.FORBIDDEN


class NotFound(UserError):
    """There is no such thing, or it is not theirs: the two sound the same."""

    status = HTTPStatus.NOT_FOUND


class Unanswered(UserError):
    """Discord can't be asked right now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
