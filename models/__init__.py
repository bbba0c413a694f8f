"""What is stored; Tortoise finds every table by this list."""

from models.audit import AuditEvent
from models.change_sets import ChangeSet
from models.command_rules import CommandRule
from models.economy import Account, AccountKind, Offer, OfferState, Posting, StandingMark, Transfer
from models.guilds import Guild
from models.jobs import Job
from models.live import LiveEvent, LiveHistory, SocketTicket
from models.people import User, UserGuildData
from models.plans import Plan
from models.receipts import Receipt
from models.sessions import DiscordGrant, Session, SignInAttempt
from models.setup import SetupDraft
from models.shop import Effect, InventoryItem, Item
from models.usage import CommandUse

__all__ = [
    "Account",
    "AccountKind",
    "AuditEvent",
    "ChangeSet",
    "CommandRule",
    "CommandUse",
    "DiscordGrant",
    "Effect",
    "Guild",
    "InventoryItem",
    "Item",
    "Job",
    "LiveEvent",
    "LiveHistory",
    "Offer",
    "OfferState",
    "Plan",
    "Posting",
    "Receipt",
    "Session",
    "SetupDraft",
    "SignInAttempt",
    "SocketTicket",
    "StandingMark",
    "Transfer",
    "User",
    "UserGuildData",
]
