"""Admins' rules about who may use which command: stored, cached, decided and explained."""

from __future__ import annotations

from services.permissions.changes import MAX_RULES_PER_GUILD, Protected, drop, put
from services.permissions.decision import PROTECTED, Asker, Decision, Kind, Rule, Target, covers, decide, is_protected
from services.permissions.reasons import chain, mention, refusal, sentence
from services.permissions.rule_cache import forget, keep, of, read

__all__ = [
    "MAX_RULES_PER_GUILD",
    "PROTECTED",
    "Asker",
    "Decision",
    "Kind",
    "Protected",
    "Rule",
    "Target",
    "chain",
    "covers",
    "decide",
    "drop",
    "forget",
    "is_protected",
    "keep",
    "mention",
    "of",
    "put",
    "read",
    "refusal",
    "sentence",
]
