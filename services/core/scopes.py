"""API key scopes, which each area declares by their stored strings."""

from __future__ import annotations

from typing import NewType

Scope = NewType("Scope", str)
