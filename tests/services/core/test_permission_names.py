"""Permissions in the words of Discord's settings."""

from __future__ import annotations

import pytest

import interactions.commands  # noqa: F401  (declares them)
from discord_api.permissions import Permissions
from interactions.declare import COMMANDS
from locales import SOURCE, render
from services.core.permission_names import named
from services.shop.item_roles import POWERS


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("en-US", "Manage Server, Manage Roles"),
        ("pt-BR", "Gerenciar servidor, Gerenciar cargos"),
        ("es-ES", "Gestionar servidor, Gestionar roles"),
    ],
)
def test_permissions_are_named_as_in_the_readers_settings(locale: str, shown: str) -> None:
    assert render(named(Permissions.MANAGE_GUILD | Permissions.MANAGE_ROLES), locale) == shown


@pytest.mark.parametrize("locale", ["pt-BR", "es-ES"])
def test_every_permission_that_texts_name_is_translated(locale: str) -> None:
    wanted = POWERS | Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES
    for command in COMMANDS.values():
        wanted |= command.requires
    for one in wanted:
        assert render(named(one), locale) != render(named(one), SOURCE)
