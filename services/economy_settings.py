"""How a guild wants its economy to work; everything has a default, and only what differs is stored."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from locales import t
from services.errors import UserError
from services.transactions import rows, transaction

Coins = Annotated[int, Field(ge=0, le=10**9)]
MODULE = "economy"

_READ = "SELECT config -> 'economy' AS settings FROM guilds WHERE discord_id = $1"
_WRITE = """
INSERT INTO guilds (discord_id, config) VALUES ($1, jsonb_build_object('economy', $2::jsonb))
ON CONFLICT (discord_id) DO UPDATE
   SET config = jsonb_set(guilds.config, '{economy}', excluded.config -> 'economy'), updated_at = now()"""


class BadSetting(UserError):
    """A setting lies outside of what is allowed."""


class EconomySettings(BaseModel):
    """One guild's rules for coins."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    symbol: str = Field("🪙", min_length=1, max_length=40, description="Shown behind every amount")
    zone: str = Field("UTC", max_length=50, description="Whose midnight begins the next daily pay")
    daily: Coins = Field(200, description="Daily pay")
    streak_percent: int = Field(10, ge=0, le=100, description="More for each day in a row")
    streak_most_percent: int = Field(100, ge=0, le=1000, description="The most that a streak adds")
    work_least: Coins = Field(20, description="Least pay for /work")
    work_most: Coins = Field(60, description="Most pay for /work")
    work_minutes: int = Field(60, ge=1, le=10080, description="Minutes between two shifts")
    betting: bool = Field(True, description="Whether there are bets")
    bet_percent: int = Field(10, ge=1, le=100, description="The largest bet, of what one has")
    bet_most: Coins = Field(0, description="The largest bet in coins; 0 is without limit")
    fee_percent: int = Field(0, ge=0, le=50, description="Kept back from payments between members")
    newcomer_days: int = Field(7, ge=0, le=365, description="Age of a Discord account before it may send coins")
    offer_hours: int = Field(24, ge=1, le=168, description="How long a payment or request waits for a yes")

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{zone} is not a time zone like Europe/Lisbon") from error
        return zone

    @model_validator(mode="after")
    def _ordered(self) -> EconomySettings:
        if self.work_least > self.work_most:
            raise ValueError("the least pay for work is above the most")
        return self

    def streak_bonus(self, streak: int) -> int:
        """Coins that the `streak`-th day in a row adds to the daily pay."""
        return self.daily * min((streak - 1) * self.streak_percent, self.streak_most_percent) // 100

    def fee(self, coins: int) -> int:
        """What is kept back from a payment of `coins`."""
        return coins * self.fee_percent // 100

    def largest_bet(self, balance: int) -> int:
        """The most that someone with `balance` may bet."""
        share = balance * self.bet_percent // 100
        return min(share, self.bet_most) if self.bet_most else share


def read(stored: str | bytes | None) -> EconomySettings:
    """The settings from what the database holds; a part that no longer fits falls back to the defaults."""
    if not stored:
        return DEFAULTS
    try:
        return EconomySettings.model_validate_json(stored)
    except ValidationError:
        return DEFAULTS


async def of(guild_id: int) -> EconomySettings:
    """A guild's settings as they are now."""
    found = await rows(_READ, guild_id)
    return read(found[0]["settings"]) if found else DEFAULTS


async def change(guild_id: int, changes: dict[str, object]) -> tuple[EconomySettings, EconomySettings]:
    """Store the changes if the whole still makes sense; the settings before and after."""
    async with transaction():
        before = await of(guild_id)
        try:
            after = EconomySettings.model_validate(before.model_dump() | changes)
        except ValidationError as error:
            raise BadSetting(t("That does not work: {why}.", why=_why(error))) from error
        differing = after.model_dump(exclude_defaults=True)
        await rows(_WRITE, guild_id, orjson.dumps(differing).decode())
    return before, after


def _why(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    field = str(first["loc"][0]) if first["loc"] else ""
    said = first["msg"].removeprefix("Value error, ")
    return f"{field.replace('_', ' ')}: {said}" if field else said


DEFAULTS = EconomySettings()
