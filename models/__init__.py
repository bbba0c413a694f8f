"""What is stored; Tortoise finds every table by this list."""

from models.audit import AuditEvent
from models.economy import Account, AccountKind, Offer, OfferState, Posting, StandingMark, Transfer
from models.guilds import Guild
from models.jobs import Job
from models.people import User, UserGuildData
from models.plans import Plan
from models.receipts import Receipt
from models.shop import Effect, InventoryItem, Item
from models.usage import CommandUse

__all__ = [
    "Account",
    "AccountKind",
    "AuditEvent",
    "CommandUse",
    "Effect",
    "Guild",
    "InventoryItem",
    "Item",
    "Job",
    "Offer",
    "OfferState",
    "Plan",
    "Posting",
    "Receipt",
    "StandingMark",
    "Transfer",
    "User",
    "UserGuildData",
]
