"""What a column holds about people, and what erasure does with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from locales import Text, t

NOBODY = -1  # stands where an erased person stood


# Why we may hold something; shown on /privacy.
SERVICE = t("You use Tatiana, or your server does, and this is what it takes.")
BOOKS = t("Coins of several people hang on it, so the amounts stay, under nobody's name.")
TRUST = t("Others must be able to see what was done to their server.")
SIGN_IN = t("You signed in.")
COUNTS = t("Counts without names.")


class Holds(StrEnum):
    """What a column tells about a person."""

    PERSON = "a person's id"
    ABOUT = "something about that person"
    MENTIONS = "texts or data in which ids of people may stand"
    SECRET = "something that proves who somebody is"  # noqa: S105  (a word, no secret)
    NOBODY = "nothing about anybody"


class OnErasure(StrEnum):
    """What happens to it when the person is erased."""

    ROW_GOES = "the row is deleted"
    NAMELESS = "the id becomes -1, which is nobody"
    EMPTIED = "it is emptied"
    BLANKED = "the person's id in it becomes 0"
    STAYS = "it stays"


GONE, NAMELESS, EMPTIED, BLANKED = OnErasure.ROW_GOES, OnErasure.NAMELESS, OnErasure.EMPTIED, OnErasure.BLANKED


@dataclass(frozen=True, slots=True)
class Column:
    """One column's tag."""

    holds: Holds
    fate: OnErasure = OnErasure.STAYS

    @property
    def personal(self) -> bool:
        return self.holds is not Holds.NOBODY


def who(fate: OnErasure) -> Column:
    """Names the person that the row is about, or who did something."""
    return Column(Holds.PERSON, fate)


def columns(
    *,
    people: Mapping[str, Column] | None = None,
    about: str = "",
    hidden: str = "",
    mentions: Mapping[str, OnErasure] | None = None,
    nobody: str = "",
) -> dict[str, Column]:
    """The columns of one table; what tells about a person shares the fate of the row it stands in."""
    made = dict(people or {})
    made |= {name: Column(Holds.ABOUT, OnErasure.ROW_GOES) for name in about.split()}
    made |= {name: Column(Holds.SECRET, OnErasure.ROW_GOES) for name in hidden.split()}
    made |= {name: Column(Holds.MENTIONS, fate) for name, fate in (mentions or {}).items()}
    return made | {name: Column(Holds.NOBODY) for name in nobody.split()}


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what it is for, why we may hold it and for how long, and each of its columns."""

    about: Text
    basis: Text
    kept: Text
    columns: Mapping[str, Column]
    # SQL of ours, never anybody's text: which rows have had their time …
    expires: str | None = None
    # … which are the person's ($1), where that is more than the columns with their id …
    mine: str | None = None
    # … and how to erase in it ($1 the person; ids above $2 up to $3), where that is more than the fates say.
    erase: Sequence[str] = field(default=())
    key: str = "id"
    # Tables that are erased, and purged with a server, after this one: those that its rows point at.
    erase_before: Sequence[str] = field(default=())

    def named(self) -> list[str]:
        """The columns that name a person."""
        return [name for name, column in self.columns.items() if column.holds is Holds.PERSON]

    def rows_of(self) -> str | None:
        """The condition that finds a person's rows; None where there are none."""
        return self.mine or " OR ".join(f"{name} = $1" for name in self.named()) or None

    def shown(self) -> list[str]:
        """The columns that the person gets to see."""
        return [name for name, column in self.columns.items() if column.holds is not Holds.SECRET]
