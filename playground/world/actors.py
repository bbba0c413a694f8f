"""A person or the bot changing a guild: what they may do, and what the audit log says about it."""

from __future__ import annotations

from dataclasses import dataclass

from discord_api.permissions import Permissions
from playground.page.news import tell_world
from playground.rest.errors import missing_permissions
from playground.world.entities import Guild, Json
from playground.world.state import State


@dataclass(frozen=True)
class Actor:
    """Discord has the same rules for the bot and for people who use its own menus."""

    state: State
    guild: Guild
    user_id: int
    reason: str | None = None

    @property
    def permissions(self) -> Permissions:
        return self.state.world.guild_permissions(self.guild, self.user_id)

    def require(self, needed: Permissions) -> None:
        if not self.permissions.allows(needed):
            raise missing_permissions()

    def require_above(self, user_id: int) -> None:
        if not self.is_above(user_id):
            raise missing_permissions()

    def is_above(self, user_id: int) -> bool:
        """Whether the hierarchy lets the actor change this user; people who aren't members are below everyone."""
        if user_id == self.guild.owner_id:
            return False
        return user_id not in self.guild.members or self.outranks(self.state.world.top_rank(self.guild, user_id))

    def outranks(self, rank: tuple[int, int]) -> bool:
        """Whether a role, or the highest role of a member, is below the actor's own; the owner is above them all."""
        return self.user_id == self.guild.owner_id or rank < self.state.world.top_rank(self.guild, self.user_id)

    def record(self, action_type: int, target_id: int, *changes: Json, options: dict[str, str] | None = None) -> None:
        """Write an audit log entry and have the page reload."""
        self.state.world.audit(
            self.guild, self.user_id, action_type, target_id, self.reason, list(changes), options or {}
        )
        tell_world(self.state)
