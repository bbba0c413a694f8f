"""Forms: validated against a model, with the typed text kept when something is wrong."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar, get_origin

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.datastructures import FormData, QueryParams
from starlette.responses import Response

from locales import Text, render, t
from services.core import idempotency
from services.core.errors import Conflict, Forbidden, NotFound, UserError
from web.frame.page import Visit, to

FIELDS = 200  # most fields in one form

Key = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]  # an effect's key, hidden in its form


class Form(BaseModel):
    """A form's fields: only the named ones, stripped."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


F = TypeVar("F", bound=Form)


@dataclass(frozen=True, slots=True)
class SubmittedForm(Generic[F]):
    """A submitted form: `form` if it is valid, else errors by field."""

    form: F | None = None
    errors: Mapping[str, Text] = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)

    def status(self, refused: UserError | None) -> HTTPStatus:
        """The status of the page that shows it: refused, invalid, or fine."""
        if refused:
            return refused.status
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.errors else HTTPStatus.OK


EMPTY: SubmittedForm[Any] = SubmittedForm()

# The error as which a stored refusal is raised again.
_REFUSALS: Mapping[int, type[UserError]] = {int(one.status): one for one in (UserError, Forbidden, NotFound, Conflict)}


def new_key() -> str:
    """A key for a form about to be shown: however often it is submitted, it has one effect."""
    return secrets.token_hex(16)


def effect_key(visit: Visit, key: str) -> str:
    """The effect's unique key; keys of two people never collide, whatever they send."""
    return f"page:{sha256(f'{visit.user_id} {key}'.encode()).hexdigest()[:40]}"


async def once(visit: Visit, key: str, action: str, effect: Callable[[str], Awaitable[str]]) -> Response:
    """Run a form's effect once and redirect to the resulting page; a repeat only redirects.

    `effect` gets its unique key; a `UserError` undoes everything and is raised again on every repeat.
    The same form with different values is a different request.
    """
    unique = effect_key(visit, f"{key} {(await visit.request.form()).multi_items()}")

    async def run() -> dict[str, Any]:
        return {"page": await effect(unique)}

    def refused(error: UserError) -> dict[str, Any]:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise error  # "not right now" is not stored
        return {"refused": render(error.text, visit.locale), "status": int(error.status)}

    answer = await idempotency.once(visit.guild_id, unique, visit.user_id, f"page {action}", run, refused)
    if "refused" in answer:
        raise _REFUSALS.get(answer["status"], UserError)("{words}", words=answer["refused"])
    return to(visit, answer["page"])


async def read_form(visit: Visit, model: type[F]) -> SubmittedForm[F]:
    """The submitted form, with a sentence for each invalid field."""
    async with visit.request.form(max_files=0, max_fields=FIELDS) as sent:
        several = _several(model)
        twice = [name for name in dict.fromkeys(sent) if name not in several and len(sent.getlist(name)) > 1]
        typed = {
            name: [str(one) for one in sent.getlist(name)] if name in several else str(sent[name])
            for name in dict.fromkeys(sent)
        }
    if twice:  # with two values for one field, nobody knows which was meant
        return SubmittedForm(
            None, dict.fromkeys(twice, t("This field was sent more than once. Please reload the page.")), typed
        )
    unreadable = {name: t("This contains invalid characters.") for name, value in typed.items() if _broken(value)}
    if unreadable:
        return SubmittedForm(None, unreadable, {name: value for name, value in typed.items() if name not in unreadable})
    try:
        return SubmittedForm(model.model_validate(typed), {}, typed)
    except ValidationError as error:
        return SubmittedForm(None, {_field(one["loc"]): _sentence(one) for one in reversed(error.errors())}, typed)


def single(form: FormData | QueryParams, name: str) -> str:
    """A field's value, or nothing; Conflict if it was sent twice, because either value may be meant."""
    values = form.getlist(name)
    if len(values) > 1:
        raise Conflict(t("This form is incomplete. Please reload the page."))
    return str(values[0]) if values else ""


def _several(model: type[Form]) -> set[str]:
    """The fields that may have several values."""
    return {name for name, one in model.model_fields.items() if get_origin(one.annotation) in (tuple, list)}


def _broken(value: str | Sequence[str]) -> bool:
    text = value if isinstance(value, str) else "".join(value)
    return "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text)


def _field(place: tuple[int | str, ...]) -> str:
    return str(place[0]) if place else ""


def _sentence(error: Any) -> Text:
    """A sentence on how to fix one field."""
    bounds = error.get("ctx", {})
    match error["type"]:
        case "missing" | "string_too_short":
            return t("Please fill in this field.")
        case "string_too_long":
            return t("Too long: at most {most} characters.", most=bounds["max_length"])
        case "int_parsing" | "int_from_float" | "int_type":
            return t("Enter a whole number.")
        case "greater_than_equal":
            return t("Must be at least {least}.", least=bounds["ge"])
        case "less_than_equal":
            return t("Must be at most {most}.", most=bounds["le"])
        case "extra_forbidden":
            return t("This form has no such field. Please reload the page.")
    return t("This value isn't valid. Please check it.")
