"""/privacy: what is stored about a person, an export of it, and its erasure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from interactions.components import component
from interactions.context import Context
from interactions.declare import InteractionContext, command, group
from interactions.responses import Button, Card, Field, Modal, Reply, Style, update, whisper
from interactions.ui import RED
from locales import Text, join, n, t
from services.core import areas, site_links
from services.core.errors import UserError
from services.core.tags import Table
from services.privacy import erasure, exports
from services.privacy.erasure import ErasureRequest

ANYWHERE = (InteractionContext.SERVER, InteractionContext.OUR_DM)
WORD = "DELETE"

group("privacy", "See, download, or delete your data")


@command(
    "privacy what", "See what is stored about you, why, and for how long", ephemeral=True, defer=True, places=ANYWHERE
)
async def what(ctx: Context) -> Reply:
    counts = {name: count for name, count in (await exports.counted(ctx.member.id)).items() if count}
    said = [_kept(kept, counts) for kept in dict.fromkeys(str(areas.tables()[name].kept) for name in counts)]
    more = t("Download everything with `/privacy export`. Delete it with `/privacy delete`.")
    return whisper(Card(t("What is stored about you"), [*(said or [t("Nothing is stored about you.")]), more]))


@command("privacy export", "Download everything that is stored about you", ephemeral=True, writes=True, places=ANYWHERE)
async def export(ctx: Context) -> Reply:
    copy = await exports.request(ctx.member.id, request_id=ctx.request_id)
    where = site_links.page(f"/exports/{copy.id}")
    until = t(
        "Only you can open it, signed in with this account. It's available until <t:{at}:f>.", at=_at(copy.expires_at)
    )
    if copy.ready:
        return whisper(join([t("Your copy is ready: {link}", link=where), until]))
    return whisper(join([t("Your copy is being prepared. It will be here in a moment: {link}", link=where), until]))


@command("privacy delete", "Delete everything that is stored about you", ephemeral=True, places=ANYWHERE)
async def delete(ctx: Context) -> Reply:
    if wish := await erasure.pending(ctx.member.id):
        return whisper(*_waiting(wish))
    return whisper(_what_happens(), [Button(t("Delete everything about me…"), ask, style=Style.DANGER)])


@component("/privacy/delete")
async def ask(ctx: Context) -> Modal:
    typed = Field("word", t("Type {word} to confirm", word=WORD), min_length=1, max_length=20)
    return Modal(t("Delete everything about me"), confirm, [typed])


@component("/privacy/delete/confirmed", ephemeral=True, writes=True)
async def confirm(ctx: Context) -> Reply:
    if ctx.typed("word") != WORD:
        raise UserError(t("Nothing was deleted. To confirm, type {word} in capital letters.", word=WORD))
    wish = await erasure.request(ctx.member.id, request_id=ctx.request_id)
    return update(*_waiting(wish)) if ctx.message else whisper(*_waiting(wish))


@component("/privacy/delete/cancelled", ephemeral=True, writes=True)
async def cancel(ctx: Context) -> Reply:
    await erasure.cancel(ctx.member.id, request_id=ctx.request_id)
    return update(Card(t("Deletion canceled. Nothing was deleted.")))


def _kept(kept: str, counts: Mapping[str, int]) -> Text:
    """All data with the same retention, under that heading."""
    tables = {name: table for name, table in areas.tables().items() if name in counts and str(table.kept) == kept}
    heading = t("-# Kept: {kept}.", kept=next(iter(tables.values())).kept)
    return join([heading, *(_line(table, counts[name]) for name, table in tables.items())])


def _line(table: Table, count: int) -> Text:
    entries = n("{count} entry", "{count} entries", count)
    return t("**{entries}** · {about}", entries=entries, about=table.about)


def _what_happens() -> Card:
    return Card(
        t("Delete everything that is stored about you?"),
        [
            t("**Deleted**, in every server: your name and picture, levels, items, streaks, and sign-ins."),
            t("**Your coins** are destroyed, and the ledger records it."),
            t("**Kept without your name**: amounts and times in other members' transactions, and what was done."),
            t("You have 24 hours to change your mind. If you use me again after that, you start from scratch."),
        ],
        accent=RED,
    )


def _waiting(wish: ErasureRequest) -> tuple[Card, Sequence[Button]]:
    title, keep = t("You asked me to delete your data"), [Button(t("Cancel and keep everything"), cancel)]
    if wish.begun_at:
        said = [t("Your data is being deleted, and this can no longer be stopped."), wish.waits_for]
        if wish.again_at:
            said.append(t("The last attempt failed. The next one is <t:{at}:R>.", at=_at(wish.again_at)))
        return Card(title, said, accent=RED), []
    if wish.due:
        return Card(title, [t("Your data is about to be deleted.")], accent=RED), keep
    said = [
        t(
            "Your data will be deleted <t:{at}:R>, on <t:{at}:f>. You can cancel until then.",
            at=_at(wish.due_at),
        )
    ]
    return Card(title, said, accent=RED), keep


def _at(moment: datetime) -> str:
    return str(int(moment.timestamp()))
