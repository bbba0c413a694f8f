"""Errors caused by the user: explained in a sentence, with nothing changed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar

from locales import Text, t


class UserError(Exception):
    """A refusal whose text is shown to the user; never logged as an error."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY
    code: ClassVar[str] = ""  # for programs, where the status does not say enough

    def __init__(self, source: str | Text, /, **params: Any) -> None:
        self.text = source if isinstance(source, Text) else t(source, **params)
        super().__init__(self.text.source)


class Conflict(UserError):
    """Valid in general, but not in the current state."""

    status = HTTPStatus.CONFLICT


class Forbidden(UserError):
    """The user lacks permission for this."""

    status = HTTPStatus.FORBIDDEN


class NotFound(UserError):
    """It does not exist or belongs to someone else; both read the same."""

    status = HTTPStatus.NOT_FOUND


class Unanswered(UserError):
    """Discord can't be reached right now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
