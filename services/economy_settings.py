"""How a guild wants its economy to work; everything has a default, and only what differs is stored."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from locales import Text, t
from services.errors import UserError
from services.transactions import rows, transaction

Coins = Annotated[int, Field(ge=0, le=10**9)]
MODULE = "economy"

_READ = "SELECT config -> 'economy' AS settings FROM guilds WHERE discord_id = $1"
_WRITE = """
INSERT INTO guilds (discord_id, config) VALUES ($1, jsonb_build_object('economy', $2::jsonb))
ON CONFLICT (discord_id) DO UPDATE
   SET config = jsonb_set(guilds.config, '{economy}', excluded.config -> 'economy'), updated_at = now()"""
# Two admins at once: the second one's changes are made on top of the first one's, not over them.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('economy_settings:' || $1::bigint, 0))"


class BadSetting(UserError):
    """A setting lies outside of what is allowed."""


class _Nonsense(ValueError):
    """Why a setting makes no sense, in words for people."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


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
            raise _Nonsense(
                t("`{zone}` is not a time zone like `Europe/Lisbon`", zone=zone.replace("`", "'"))
            ) from error
        return zone

    @model_validator(mode="after")
    def _ordered(self) -> EconomySettings:
        if self.work_least > self.work_most:
            raise _Nonsense(t("the least pay for work is above the most"))
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
        await rows(_ONE_AT_A_TIME, guild_id)
        before = await of(guild_id)
        try:
            after = EconomySettings.model_validate(before.model_dump() | changes)
        except ValidationError as error:
            raise BadSetting(t("That does not work: {why}.", why=_why(error))) from error
        differing = after.model_dump(exclude_defaults=True)
        await rows(_WRITE, guild_id, orjson.dumps(differing).decode())
    return before, after


def bounds(name: str) -> tuple[int, int]:
    """The least and the most that a setting in numbers may be."""
    known = EconomySettings.model_fields[name].metadata
    (least,) = (rule.ge for rule in known if isinstance(rule, Ge))
    (most,) = (rule.le for rule in known if isinstance(rule, Le))
    return int(str(least)), int(str(most))


def _why(error: ValidationError) -> Text | str:
    first = error.errors(include_url=False)[0]
    nonsense = first.get("ctx", {}).get("error")
    if isinstance(nonsense, _Nonsense):
        return nonsense.text
    field = str(first["loc"][0]) if first["loc"] else ""
    return f"{field.replace('_', ' ')}: {first['msg']}" if field else first["msg"]


DEFAULTS = EconomySettings()
