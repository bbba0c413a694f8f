"""The one list of areas, in the order in which they may import each other; a new area is added here."""

from __future__ import annotations

from services.analytics.area import ANALYTICS
from services.core import areas
from services.core.area import CORE
from services.directory.area import DIRECTORY
from services.economy.area import ECONOMY
from services.games.area import GAMES
from services.health.area import HEALTH
from services.identity.area import IDENTITY
from services.live.area import LIVE
from services.moderation.area import MODERATION
from services.permissions.area import PERMISSIONS
from services.privacy.area import PRIVACY
from services.protection.area import PROTECTION
from services.settings import modules, switches
from services.settings.area import SETTINGS
from services.settings.module import Module
from services.shop.area import SHOP

ALL = (
    CORE,
    SETTINGS,
    IDENTITY,
    PERMISSIONS,
    DIRECTORY,
    ECONOMY,
    SHOP,
    GAMES,
    ANALYTICS,
    LIVE,
    PRIVACY,
    HEALTH,
    MODERATION,
    PROTECTION,
)

areas.declare(ALL)
modules.declare(
    [*(module for area in ALL for module in area.settings if issubclass(module, Module)), switches.module(ALL)]
)
