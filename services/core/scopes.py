"""What an API key may be allowed to do; each area declares its own scopes, by the string that is stored."""

from __future__ import annotations

from typing import NewType

Scope = NewType("Scope", str)
