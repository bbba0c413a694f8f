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

group("privacy", "Your data: see it, copy it, delete it")


@command("privacy what", "What is stored about you, why, and for how long", ephemeral=True, defer=True, places=ANYWHERE)
async def what(ctx: Context) -> Reply:
    counts = {name: count for name, count in (await exports.counted(ctx.member.id)).items() if count}
    said = [_kept(kept, counts) for kept in dict.fromkeys(str(areas.tables()[name].kept) for name in counts)]
    more = t("All of it, word for word: `/privacy export`. Have it deleted: `/privacy delete`.")
    return whisper(Card(t("What is stored about you"), [*(said or [t("Nothing at all.")]), more]))


@command(
    "privacy export", "Get a copy of everything that is stored about you", ephemeral=True, writes=True, places=ANYWHERE
)
async def export(ctx: Context) -> Reply:
    copy = await exports.request(ctx.member.id, request_id=ctx.request_id)
    where = site_links.page(f"/exports/{copy.id}")
    until = t("It is for you alone: sign in with this account. It is kept until <t:{at}:f>.", at=_at(copy.expires_at))
    if copy.ready:
        return whisper(join([t("Your copy is ready: {link}", link=where), until]))
    return whisper(join([t("Your copy is being made. In a moment you find it here: {link}", link=where), until]))


@command("privacy delete", "Have everything about you deleted", ephemeral=True, places=ANYWHERE)
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
        raise UserError(t("Nothing was deleted: the word to type is {word}, in capitals.", word=WORD))
    wish = await erasure.request(ctx.member.id, request_id=ctx.request_id)
    return update(*_waiting(wish)) if ctx.message else whisper(*_waiting(wish))


@component("/privacy/delete/cancelled", ephemeral=True, writes=True)
async def cancel(ctx: Context) -> Reply:
    await erasure.cancel(ctx.member.id, request_id=ctx.request_id)
    return update(t("Nothing will be deleted. Everything stays as it is."))


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
        t("Delete everything about you?"),
        [
            t("**What goes**, in every server: your name and picture, levels, things you own, streaks, sign-ins."),
            t("**Your coins** go to nobody: they leave the world, and the books show that they did."),
            t("**What stays, under nobody's name**: amounts and times in the books of others, and what was done."),
            t("You have 24 hours to change your mind. If you use me again afterwards, you start from nothing."),
        ],
        accent=RED,
    )


def _waiting(wish: ErasureRequest) -> tuple[Card, Sequence[Button]]:
    title, keep = t("You asked to be forgotten"), [Button(t("Cancel, keep everything"), cancel)]
    if wish.begun_at:
        said = [t("Everything about you is being deleted, and that can't be stopped any more."), wish.waits_for]
        if wish.again_at:
            said.append(t("The last attempt failed; the next one follows <t:{at}:R>.", at=_at(wish.again_at)))
        return Card(title, said, accent=RED), []
    if wish.due:
        return Card(title, [t("Everything about you is about to be deleted.")], accent=RED), keep
    said = [
        t(
            "Everything about you will be deleted <t:{at}:R>, at <t:{at}:f>. Until then you can cancel.",
            at=_at(wish.due_at),
        )
    ]
    return Card(title, said, accent=RED), keep


def _at(moment: datetime) -> str:
    return str(int(moment.timestamp()))
