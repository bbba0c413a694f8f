"""Members of a server: known ones in pages, others by a search at Discord, and one member's profile."""

from __future__ import annotations

from pydantic import Field

from discord_api.cdn import avatar_url
from services import directory, profiles
from services.analytics.profile import RECENT
from services.directory import Member as Known
from services.directory import Sort
from services.directory.member_search import LIMIT, LONGEST
from services.economy.profile import COINS
from services.profiles import Profile
from services.shop.profile import INVENTORY
from web.api.identity.users import MemberStats, member_stats
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.rate_limits import SEARCH
from web.frame.types import Id, Moment, Number, Page, Query, Reply


class MemberPage(Page):
    """A page of members, and its order."""

    after: str | None = Field(None, max_length=300, description="`next` of the previous page")
    search: str = Field(
        "",
        max_length=32,
        description="Start of a username, display name or nickname, or a whole id; results are sorted by name",
    )
    sort: Sort = Field(Sort.NAME, description="`balance` lists only members with a wallet")


class MemberSearch(Query):
    """A search at Discord."""

    query: str = Field(min_length=1, max_length=LONGEST, description="Start of the username or nickname")
    limit: int = Field(LIMIT, ge=1, le=100, description="Maximum number of members")


class Member(Reply):
    """A known member: one who has used a command or holds coins."""

    user_id: Id
    username: str = Field(description="Empty until Discord has reported it", examples=["alice"])
    avatar_url: str | None
    level: int
    experience: int
    balance: int = Field(description="Coins", examples=[1250])
    last_seen_at: Moment | None = Field(description="When they last used a command here")


class Members(Reply):
    """A page of members."""

    members: list[Member]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last one")


class FoundMember(Reply):
    """A member as Discord reports them."""

    user_id: Id
    username: str
    display_name: str
    avatar_url: str
    bot: bool
    known: bool = Field(description="Whether `members/{user_id}` has more about them")


class FoundMembers(Reply):
    """Members Discord found."""

    members: list[FoundMember]


class InventoryEntry(Reply):
    """An item they own, with its quantity."""

    item_id: Number
    name: str
    quantity: int


class RecentUse(Reply):
    """A use of a command."""

    command: str = Field(examples=["daily"])
    outcome: str = Field(description="answered, deferred, refused or failed", examples=["answered"])
    milliseconds: int
    at: Moment


class MemberProfile(Reply):
    """A member's profile."""

    member: Member
    frozen: bool = Field(description="Whether an admin froze their wallet")
    rank: int | None = Field(description="Rank on the leaderboard; null without coins, or if unknown")
    rank_is_estimate: bool
    inventory: list[InventoryEntry] = Field(description="The first ten items by name")
    stats: MemberStats
    recent_commands: list[RecentUse] = Field(description="The latest twenty")


@endpoint(
    Operation(
        "List known members",
        tag="members",
        query=MemberPage,
        reply=Members,
        description="Everyone who has used a command or holds coins. Use the search for other members.",
    )
)
async def index(call: Call, query: MemberPage) -> Members:
    """A page of known members."""
    found = await directory.members(
        call.guild_id, sort=query.sort, search=query.search, after=query.after, limit=query.limit
    )
    return Members(members=[_member(member) for member in found.members], next=found.next)


@endpoint(
    Operation(
        "Search all members at Discord",
        tag="members",
        query=MemberSearch,
        reply=FoundMembers,
        plan=SEARCH,
    )
)
async def search(call: Call, query: MemberSearch) -> FoundMembers:
    """Members Discord finds, known here or not."""
    found = await directory.search(call.guild_id, query.query, query.limit)
    return FoundMembers(
        members=[
            FoundMember(
                user_id=one.user_id,
                username=one.username,
                display_name=one.display_name,
                avatar_url=avatar_url(call.site.cdn_url, one.user_id, one.avatar),
                bot=one.bot,
                known=one.known,
            )
            for one in found
        ]
    )


@endpoint(Operation("Get a member's profile", tag="members", reply=MemberProfile))
async def show(call: Call, user_id: int) -> MemberProfile:
    """Balance, rank, inventory, statistics and latest commands of one member."""
    return _profile(await profiles.of(call.guild_id, user_id))


def _member(found: Known) -> Member:
    return Member(
        user_id=found.user_id,
        username=found.username,
        avatar_url=found.avatar_url,
        level=found.level,
        experience=found.experience,
        balance=found.balance,
        last_seen_at=found.last_seen_at,
    )


def _profile(found: Profile) -> MemberProfile:
    account, rank = found[COINS]
    return MemberProfile(
        member=_member(found.member),
        frozen=account.frozen,
        rank=rank.rank if rank else None,
        rank_is_estimate=bool(rank and rank.about),
        inventory=[
            InventoryEntry(item_id=thing.id, name=thing.name, quantity=thing.quantity)
            for thing in found[INVENTORY].things
        ],
        stats=member_stats(found.stats),
        recent_commands=[
            RecentUse(command=one.command, outcome=one.outcome, milliseconds=one.milliseconds, at=one.at)
            for one in found[RECENT]
        ],
    )
