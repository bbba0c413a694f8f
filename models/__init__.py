"""What is stored; Tortoise finds every table by this list."""

from models.audit import AuditEvent
from models.change_sets import ChangeDraft, ChangeSet
from models.command_rules import CommandRule
from models.doubts import Doubt
from models.economy import Account, AccountKind, BooksProof, Offer, OfferState, Posting, StandingMark, Transfer
from models.guilds import Guild
from models.jobs import Job
from models.live import LiveEvent, LiveHistory, SocketTicket
from models.log_channel import LogChannelFault, LogPost
from models.people import User, UserGuildData
from models.plans import Plan
from models.privacy import Erasure, Export
from models.receipts import Receipt
from models.sessions import DiscordGrant, Session, SignInAttempt
from models.setup import SetupDraft
from models.shop import Effect, InventoryItem, Item
from models.statistics import CommandDay, CommandHour, EconomyDay, GuildDay, GuildHour, MemberDay, StatisticsCursor
from models.token_refusals import TokenRefusal
from models.tokens import ApiKey, RefreshFamily, RefreshToken
from models.usage import CommandUse

__all__ = [
    "Account",
    "AccountKind",
    "ApiKey",
    "AuditEvent",
    "BooksProof",
    "ChangeDraft",
    "ChangeSet",
    "CommandDay",
    "CommandHour",
    "CommandRule",
    "CommandUse",
    "DiscordGrant",
    "Doubt",
    "EconomyDay",
    "Effect",
    "Erasure",
    "Export",
    "Guild",
    "GuildDay",
    "GuildHour",
    "InventoryItem",
    "Item",
    "Job",
    "LiveEvent",
    "LiveHistory",
    "LogChannelFault",
    "LogPost",
    "MemberDay",
    "Offer",
    "OfferState",
    "Plan",
    "Posting",
    "Receipt",
    "RefreshFamily",
    "RefreshToken",
    "Session",
    "SetupDraft",
    "SignInAttempt",
    "SocketTicket",
    "StandingMark",
    "StatisticsCursor",
    "TokenRefusal",
    "Transfer",
    "User",
    "UserGuildData",
]
