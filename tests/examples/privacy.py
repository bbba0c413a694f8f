"""Examples of copies and erasures."""

from __future__ import annotations

from services.privacy import erasure, exports
from tests.support.examples import Examples, Whose


async def _export(whose: Whose) -> int:
    made = await exports.request(whose.user_id)
    await exports.run(made.id)
    return made.id


async def _wish(whose: Whose) -> None:
    await erasure.request(whose.user_id)


async def _no_wish(whose: Whose) -> None:
    if await erasure.pending(whose.user_id):
        await erasure.cancel(whose.user_id)


EXAMPLES = Examples(
    in_paths={"export_id": _export},
    before={"privacy.pending": _wish, "privacy.cancel": _wish, "privacy.erase": _no_wish},
    audited={
        "privacy.export": ["export.requested"],
        "privacy.fetch": ["export.fetched"],
        "privacy.erase": ["erasure.requested"],
        "privacy.cancel": ["erasure.cancelled"],
    },
)
