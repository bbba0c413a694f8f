"""Permissions in the words of Discord's settings."""

from __future__ import annotations

import pytest

from discord_api.permissions import Permissions
from locales import SOURCE, render
from services.core.permission_names import named


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
def test_every_permission_is_translated(locale: str) -> None:
    for permission in Permissions:
        assert render(named(permission), locale) != render(named(permission), SOURCE)
