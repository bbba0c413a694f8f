"""Every table; Tortoise finds the models through this list."""

from models.analytics import (
    CommandDay,
    CommandHour,
    CommandUse,
    EconomyDay,
    GuildDay,
    GuildHour,
    MemberDay,
    StatisticsCursor,
)
from models.core import AuditEvent, Doubt, Job, Plan, Receipt, TokenRefusal
from models.directory import Guild, User, UserGuildData
from models.economy import Account, AccountKind, BooksProof, Offer, OfferState, Posting, StandingMark, Transfer
from models.identity import ApiKey, DiscordGrant, RefreshFamily, RefreshToken, Session, SignInAttempt
from models.live import LiveEvent, LiveHistory, SocketTicket
from models.moderation import Case, CaseChain, CaseEvent, CaseEvidence, CaseKind, CaseState, NoticeState
from models.permissions import CommandRule
from models.privacy import Erasure, Export
from models.protection import LogChannelFault, LogPost
from models.settings import ChangeDraft, ChangeSet, SetupDraft
from models.shop import Effect, InventoryItem, Item

__all__ = [
    "Account",
    "AccountKind",
    "ApiKey",
    "AuditEvent",
    "BooksProof",
    "Case",
    "CaseChain",
    "CaseEvent",
    "CaseEvidence",
    "CaseKind",
    "CaseState",
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
    "NoticeState",
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
