"""The admins' own rules about who may use which command: kept at hand, decided in one place, told in words."""

from __future__ import annotations

from services.command_rules.changes import MOST, Protected, drop, put
from services.command_rules.decision import (
    PROTECTED,
    Asker,
    Decision,
    Kind,
    Rule,
    Target,
    covers,
    decide,
    is_protected,
)
from services.command_rules.memory import forget, keep, of, read
from services.command_rules.reasons import chain, mention, refusal, sentence

__all__ = [
    "MOST",
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
