"""The command uses on a member's profile."""

from __future__ import annotations

from services.analytics import member_uses
from services.core.profile_parts import ProfilePart

RECENT = ProfilePart(member_uses.recent)
