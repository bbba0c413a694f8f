"""Guilds the bot is in and members it knows; a lookup costs the same for ten as for a million."""

from services.directory.guilds import GuildCard, OwnGuild, forget, forget_all, guild, of_user, refresh
from services.directory.member_search import MemberMatch, search, stranger
from services.directory.members import Member, Members, Sort, member, members
from services.directory.people import DisplayedPerson, Person, people_of, person
from services.directory.roles_and_channels import RolesAndChannels, places

__all__ = [
    "DisplayedPerson",
    "GuildCard",
    "Member",
    "MemberMatch",
    "Members",
    "OwnGuild",
    "Person",
    "RolesAndChannels",
    "Sort",
    "forget",
    "forget_all",
    "guild",
    "member",
    "members",
    "of_user",
    "people_of",
    "person",
    "places",
    "refresh",
    "search",
    "stranger",
]
