"""An item of the shop: its columns, and for those that admins write, what they are called and how they are read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_type_hints

from locales import Text, t
from models import Effect
from services.core import amounts
from services.core.amounts import UnclearAmount
from services.core.errors import UserError
from services.economy import typed_amounts

LONGEST_NAME, LONGEST_DESCRIPTION = 60, 300
LARGEST_STOCK = 1_000_000
_JOINER = "\u200d"  # zero-width joiner, as in emoji


@dataclass(frozen=True, slots=True)
class ItemField:
    """A column that admins write; commands, pages, the audit log and both writes draw from here."""

    label: Text
    read: Callable[[int, str, str], Awaitable[Any]]  # of a guild, the text and its writer's locale
    longest: int  # characters that may be typed
    kind: Literal["line", "paragraph", "number"] = "line"
    required: bool = False
    help: Text | None = None
    absent: Text | str = "–"  # shown where there is no value

    def typed(self, value: Any) -> str:
        """A value as it stands in a form."""
        return "" if value is None else str(value)


async def _name(_guild_id: int, text: str, _locale: str) -> str:
    name = " ".join(text.split())
    if not (1 <= len(name) <= LONGEST_NAME and name.replace(_JOINER, "").isprintable()):
        raise UserError(t("The name must be {least} to {most} characters long.", least=1, most=LONGEST_NAME))
    return name


async def _description(_guild_id: int, text: str, _locale: str) -> str:
    description = text.strip()
    if len(description) > LONGEST_DESCRIPTION:
        raise UserError(t("The description can be at most {most} characters long.", most=LONGEST_DESCRIPTION))
    return description


async def _stock(_guild_id: int, text: str, locale: str) -> int | None:
    word = text.strip()
    if not word:
        return None
    try:
        stock = 0 if word == "0" else amounts.whole(word, locale)
    except UnclearAmount:
        stock = None
    if stock is None or stock > LARGEST_STOCK:
        raise UserError(t("The stock must be a number up to {most}, or empty for unlimited.", most=LARGEST_STOCK))
    return stock


@dataclass(frozen=True, slots=True)
class Ware:
    """One kind of thing; what is annotated with an ItemField is written by admins. `stock` None is without end."""

    id: int
    name: Annotated[str, ItemField(t("Name"), _name, LONGEST_NAME, required=True)]
    description: Annotated[str, ItemField(t("Description"), _description, LONGEST_DESCRIPTION, kind="paragraph")]
    price: Annotated[
        int,
        ItemField(t("Price"), typed_amounts.whole, 40, kind="number", required=True, help=t("For example 250 or 1.5k")),
    ]
    stock: Annotated[
        int | None,
        ItemField(t("Stock"), _stock, 12, kind="number", help=t("Leave empty for unlimited"), absent=t("unlimited")),
    ]
    effect: Effect
    role_id: int | None
    archived_at: datetime | None

    @property
    def archived(self) -> bool:
        """Whether it is no longer sold."""
        return self.archived_at is not None


def _fields() -> Iterator[tuple[str, ItemField]]:
    for name, hint in get_type_hints(Ware, include_extras=True).items():
        yield from ((name, one) for one in getattr(hint, "__metadata__", ()) if isinstance(one, ItemField))


FIELDS: Mapping[str, ItemField] = dict(_fields())
