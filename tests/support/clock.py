"""The clock of this process and its database, which serve the next test too."""

from __future__ import annotations

from datetime import timedelta

from services.core import clock
from services.core.transactions import rows

# As the migration makes it.
_REAL = """
CREATE OR REPLACE FUNCTION tatiana_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT now()'"""


async def moved_back() -> None:
    """Undo every move."""
    await rows(_REAL)
    clock.run_ahead(timedelta())
