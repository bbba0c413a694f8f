"""The members of a server: those that we know in pages, those that Discord knows by search, one in full."""

from __future__ import annotations

from pydantic import Field

from discord_api.cdn import avatar_url
from services import directory, profiles
from services.directory import Member as Known
from services.directory import Sort
from services.directory.member_search import LIMIT, LONGEST
from services.profiles import Profile
from web.api.identity.users import Figures, figures
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.rate_limits import SEARCH
from web.frame.types import Id, Moment, Number, Page, Query, Reply


class MemberPage(Page):
    """Which part of the members, and in which order."""

    after: str | None = Field(None, max_length=300, description="`next` of the page before")
    search: str = Field(
        "", max_length=32, description="How the username, display name or nickname begins, or a whole id; goes by name"
    )
    sort: Sort = Field(Sort.NAME, description="By `balance`, only those with a wallet are listed")


class MemberSearch(Query):
    """Whom to ask Discord for."""

    begins: str = Field(min_length=1, max_length=LONGEST, description="How the username or nickname begins")
    limit: int = Field(LIMIT, ge=1, le=100)


class Member(Reply):
    """A member that we know: they used a command or hold coins."""

    user_id: Id
    username: str = Field(description="Empty until Discord told it", examples=["alice"])
    avatar_url: str | None
    level: int
    experience: int
    balance: int = Field(description="Coins", examples=[1250])
    last_seen_at: Moment | None = Field(description="Last command here")


class Members(Reply):
    """A page of members."""

    members: list[Member]
    next: str | None = Field(description="Give it as `after` for the next page; null at the end")


class FoundMember(Reply):
    """A member as Discord shows them."""

    user_id: Id
    username: str
    display_name: str
    avatar_url: str
    bot: bool
    known: bool = Field(description="Whether there is more to be read about them here")


class FoundMembers(Reply):
    """Whom Discord found."""

    members: list[FoundMember]


class Thing(Reply):
    """Something they own."""

    item_id: Number
    name: str
    quantity: int


class RecentUse(Reply):
    """A command they used."""

    command: str = Field(examples=["daily"])
    outcome: str = Field(description="answered, deferred, refused or failed", examples=["answered"])
    milliseconds: int
    at: Moment


class Person(Reply):
    """A member in full."""

    member: Member
    frozen: bool = Field(description="Whether an admin stopped their wallet")
    place: int | None = Field(description="On the leaderboard; null without coins, or where it is not known")
    place_is_estimate: bool
    things: list[Thing] = Field(description="The first ten by name")
    stats: Figures
    recent: list[RecentUse] = Field(description="The last twenty commands")


@endpoint(
    Operation(
        "Read a server's members",
        tag="members",
        query=MemberPage,
        reply=Members,
        description="Everyone who used a command or holds coins. Others, whom only Discord knows, can be searched for.",
    )
)
async def index(call: Call, query: MemberPage) -> Members:
    """A page of the members that we know."""
    found = await directory.members(
        call.guild_id, sort=query.sort, search=query.search, after=query.after, limit=query.limit
    )
    return Members(members=[_member(one) for one in found.members], next=found.next)


@endpoint(
    Operation(
        "Search all of a server's members at Discord",
        tag="members",
        query=MemberSearch,
        reply=FoundMembers,
        plan=SEARCH,
    )
)
async def search(call: Call, query: MemberSearch) -> FoundMembers:
    """Members that Discord knows, whether we do or not."""
    found = await directory.search(call.guild_id, query.begins, query.limit)
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


@endpoint(Operation("Read a member", tag="members", reply=Person))
async def show(call: Call, user_id: int) -> Person:
    """Profile, coins, things, figures and latest commands of one member."""
    return _person(await profiles.of(call.guild_id, user_id))


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


def _person(found: Profile) -> Person:
    return Person(
        member=_member(found.member),
        frozen=found.standing.frozen,
        place=found.place.place if found.place else None,
        place_is_estimate=bool(found.place and found.place.about),
        things=[Thing(item_id=one.id, name=one.name, quantity=one.quantity) for one in found.inventory.things],
        stats=figures(found.stats),
        recent=[
            RecentUse(command=one.command, outcome=one.outcome, milliseconds=one.milliseconds, at=one.at)
            for one in found.recent
        ],
    )
