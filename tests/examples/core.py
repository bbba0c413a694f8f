"""Examples of what every area stands on."""

from __future__ import annotations

from tests.support.examples import Examples

EXAMPLES = Examples(notes=frozenset({"jobs", "audit_log", "receipts"}))
