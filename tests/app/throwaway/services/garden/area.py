"""A garden that members plant."""

from __future__ import annotations

from locales import t
from services.core.areas import Area
from services.core.profile_parts import ProfilePart
from services.garden import plants
from services.garden.personal_data import TABLES

GARDEN = Area(
    name="garden",
    title=t("Garden"),
    icon="🌱",
    about=t("Plant things, and have them watered."),
    optional=True,
    tables=TABLES,
    profile=(ProfilePart(plants.of_member, "garden/_profile.html"),),
    jobs={plants.WATER: lambda task: plants.water(task.guild_id)},
    probes={"garden": plants.probe},
)
