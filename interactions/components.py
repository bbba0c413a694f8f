"""@component: handlers of buttons, selects and submitted modals."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from starlette.routing import compile_path, replace_params

from discord_api.permissions import Permissions
from interactions.context import Audience
from interactions.custom_ids import Signer
from interactions.declare import Cooldown, Question, slash_command
from interactions.signatures import Handler, path_choices


@dataclass(frozen=True, slots=True)
class Component:
    """The handler of a button, select or modal, found by the path in its custom id."""

    path: str
    of: str
    handler: Handler
    requires: Permissions
    cooldown: Cooldown | None
    anyone: bool
    ephemeral: bool
    writes: bool
    asks: Question | None
    counts_as: str
    _compiled: Any = field(repr=False)
    _choices: Mapping[str, Mapping[str, Any]] = field(repr=False)
    at_once: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The path without its parameters, for logs and idempotency records."""
        return self.path

    @property
    def counted_as(self) -> str:
        """The slash command that statistics count this under, "" for none."""
        return self.counts_as or slash_command(self.of)

    def match(self, path: str) -> dict[str, Any] | None:
        """The parameters in a matching path; None for any other."""
        regex, _, convertors = self._compiled
        matched = regex.match(path)
        if matched is None:
            return None
        params = {key: convertors[key].convert(value) for key, value in matched.groupdict().items()}
        try:
            return params | {key: values[params[key]] for key, values in self._choices.items()}
        except KeyError:
            return None

    def custom_id(self, signer: Signer, audience: Audience, params: dict[str, Any], owner: int | None) -> str:
        """The signed custom id of such a component, for `owner` or the audience, unless it is for anyone."""
        _, pattern, convertors = self._compiled
        path, _ = replace_params(pattern, convertors, dict(params))
        whose = owner or (None if self.anyone else audience.member_id)
        return signer.sign(path, audience.place, whose)


COMPONENTS: list[Component] = []


def component(
    path: str,
    *,
    of: str | None = None,
    requires: Permissions = Permissions(0),
    cooldown: Cooldown | None = None,
    anyone: bool = False,
    ephemeral: bool = False,
    writes: bool = False,
    asks: Question | None = None,
    counts_as: str = "",
) -> Callable[[Handler], Component]:
    """Declare the handler of a button, select or modal, usable only by its owner unless it is for `anyone`.

    `asks` runs before the transaction of a writing handler, because a transaction must not wait for Discord.
    It belongs to the command its path starts with, or to the one named by `of`; "" for none. Statistics count
    it under that command, or under `counts_as`.
    """

    def declare(handler: Handler) -> Component:
        made = Component(
            path,
            _beginning(path) if of is None else of,
            handler,
            requires,
            cooldown,
            anyone,
            ephemeral,
            writes,
            asks,
            counts_as,
            compile_path(path),
            path_choices(handler),
        )
        COMPONENTS.append(made)
        return made

    return declare


def _beginning(path: str) -> str:
    """The words of a path before its first parameter."""
    return " ".join(itertools.takewhile(lambda word: not word.startswith("{"), path.strip("/").split("/")))


def find_component(path: str) -> tuple[Component, dict[str, Any]] | None:
    """The component that matches a path, and its parameters."""
    for candidate in COMPONENTS:
        if (params := candidate.match(path)) is not None:
            return candidate, params
    return None
