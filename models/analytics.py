"""Command usage, and counts that are kept up to date so that no page has to count rows."""

from __future__ import annotations

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.models import Model


class CommandUse(Model):
    """One use of one command; kept for statistics, written in batches."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField(description="0 outside a guild")
    user_id = fields.BigIntField()
    command_name = fields.CharField(max_length=100)
    milliseconds = fields.IntField(description="From receipt to the first answer")
    outcome = fields.CharField(max_length=16, description="answered, deferred, refused or failed")
    timestamp = fields.DatetimeField()

    class Meta:
        table = "command_usage"
        indexes = (
            Index(fields=("guild_id", "timestamp"), name="command_usage_guild_time"),
            Index(fields=("user_id", "guild_id", "id"), name="command_usage_member"),
        )


class CommandHour(Model):
    """Uses of one command in one hour of a guild; kept for 90 days."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField(description="0 outside a guild")
    hour = fields.DatetimeField(description="Its beginning")
    command_name = fields.CharField(max_length=100)
    uses = fields.IntField()
    answered = fields.IntField()
    deferred = fields.IntField()
    refused = fields.IntField()
    failed = fields.IntField()
    latency = ArrayField(element_type="int", description="How many uses fell between two bounds of the histogram")
    earlier = ArrayField(
        element_type="bigint", null=True, description="Sums of its earlier rows of this day: uses, outcomes, latency"
    )

    class Meta:
        table = "command_hours"
        unique_together = (("guild_id", "hour", "command_name"),)
        indexes = (Index(fields=("guild_id", "command_name", "hour"), name="command_hours_of_command"),)


class GuildHour(Model):
    """Uses of all commands in one hour of a guild; kept for 90 days."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField(description="0 outside a guild")
    hour = fields.DatetimeField(description="Its beginning")
    uses = fields.IntField()
    failed = fields.IntField()

    class Meta:
        table = "guild_hours"
        unique_together = (("guild_id", "hour"),)


class CommandDay(Model):
    """Uses of one command on one day (UTC) of a guild; kept for two years."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField(description="0 outside a guild")
    day = fields.DateField()
    command_name = fields.CharField(max_length=100)
    uses = fields.IntField()
    answered = fields.IntField()
    deferred = fields.IntField()
    refused = fields.IntField()
    failed = fields.IntField()
    latency = ArrayField(element_type="int", description="How many uses fell between two bounds of the histogram")
    earlier = ArrayField(
        element_type="bigint", null=True, description="Sums of its earlier rows: uses, outcomes, latency"
    )

    class Meta:
        table = "command_days"
        unique_together = (("guild_id", "day", "command_name"),)
        indexes = (Index(fields=("guild_id", "command_name", "day"), name="command_days_of_command"),)


class MemberDay(Model):
    """A member's command uses on one day (UTC); kept for 120 days, each member's first day permanently."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    user_id = fields.BigIntField()
    day = fields.DateField()
    uses = fields.IntField(default=0)
    newcomer = fields.BooleanField(default=False, description="No earlier day of this member is known")

    class Meta:
        table = "member_days"
        unique_together = (("guild_id", "user_id", "day"),)


class GuildDay(Model):
    """Active members of a guild on one day (UTC) and in the windows ending that day; kept for two years."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    day = fields.DateField()
    active = fields.IntField(default=0)
    active_7 = fields.IntField(default=0, description="Different members in the 7 days that end with this one")
    active_30 = fields.IntField(default=0)
    active_90 = fields.IntField(default=0)
    new = fields.IntField(default=0, description="Members whose first day this was")
    uses = fields.IntField(default=0, db_default=0)
    failed = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "guild_days"
        unique_together = (("guild_id", "day"),)


class EconomyDay(Model):
    """Totals of one kind of transfer on one day (UTC) in a guild; kept permanently, like the ledger."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    day = fields.DateField()
    kind = fields.CharField(max_length=24, description="The kind of the transfers")
    transfers = fields.IntField()
    coins = fields.BigIntField(description="Coins that changed accounts")
    minted = fields.BigIntField(description="Coins out of the mint less coins back into it")
    burned = fields.BigIntField(description="Coins into the sink less coins out of it")

    class Meta:
        table = "economy_days"
        unique_together = (("guild_id", "day", "kind"),)


class StatisticsCursor(Model):
    """The last row of a table that has been counted."""

    source = fields.CharField(max_length=32, primary_key=True, description="The table")
    last_id = fields.BigIntField()
    counted_at = fields.DatetimeField(description="Everything committed before this moment is counted")

    class Meta:
        table = "statistics_cursors"
