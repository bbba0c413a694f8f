"""Examples of settings and their history."""

from __future__ import annotations

import itertools

from playground.world.cast import HARBOUR, MANAGER
from services import settings
from services.settings import Source, documents, drafts
from tests.support.examples import Examples, Whose
from tests.support.whole import Whole
from web.api.settings.change_sets import Application

_unused = itertools.count(1)


async def _change(whose: Whose) -> int:
    changes = {"economy.daily": 300 + next(_unused)}
    made = await settings.save(whose.guild_id, whose.user_id, changes, source=Source.COMMAND)
    assert made is not None
    return made.number


async def _digest(whose: Whose) -> str:
    document = Application.model_fields["document"].examples
    assert document
    return (await documents.plan(whose.guild_id, documents.read(document[0]))).digest


async def _fill(_whole: Whole) -> None:
    await settings.save(HARBOUR, MANAGER, {"economy.daily": 300, "economy.betting": False}, source=Source.DASHBOARD)
    await drafts.keep(HARBOUR, MANAGER, 1, {"economy.daily": 400})


EXAMPLES = Examples(
    in_paths={"number": _change},
    in_bodies={"digest": _digest},
    before={"settings.replace": _change, "settings.change": _change, "change_sets.apply": _change},
    audited={
        "settings.replace": ["settings.changed"],
        "settings.change": ["settings.changed"],
        "change_sets.revert": ["settings.changed"],
        "change_sets.apply": ["settings.changed"],
    },
    pages=[
        "/areas", "/search?q=daily", "/settings/general", "/settings/economy", "/settings/draft", "/settings/history",
        "/settings/history/1", "/settings/document",
    ],
    text_pages=[
        "/settings/general", "/settings/economy", "/settings/history", "/settings/history/1", "/settings/document",
    ],
    fill=_fill,
)  # fmt: skip
