"""Tags for columns: the personal data a column holds, and what erasure does with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from locales import Text, t

NOBODY = -1  # replaces the id of an erased person


# Reasons for storing data; shown on /privacy.
SERVICE = t("Needed for you or your server to use Tatiana.")
BOOKS = t("Other people's coins depend on it, so the amounts stay, without your name.")
TRUST = t("A server's admins must be able to see what was done in it.")
SIGN_IN = t("You signed in.")
COUNTS = t("Statistics without names.")


class Holds(StrEnum):
    """The kind of personal data in a column."""

    PERSON = "a person's id"
    ABOUT = "something about that person"
    MENTIONS = "texts or data in which ids of people may stand"
    SECRET = "something that proves who somebody is"  # noqa: S105  (a word, no secret)
    NOBODY = "nothing about anybody"


class OnErasure(StrEnum):
    """What happens to a column when the person is erased."""

    ROW_GOES = "the row is deleted"
    NAMELESS = "the id becomes -1, which is nobody"
    EMPTIED = "it is emptied"
    BLANKED = "the person's id in it becomes 0"
    STAYS = "it stays"


GONE, NAMELESS, EMPTIED, BLANKED = OnErasure.ROW_GOES, OnErasure.NAMELESS, OnErasure.EMPTIED, OnErasure.BLANKED


@dataclass(frozen=True, slots=True)
class Column:
    """The tag of one column."""

    holds: Holds
    fate: OnErasure = OnErasure.STAYS

    @property
    def personal(self) -> bool:
        return self.holds is not Holds.NOBODY


def who(fate: OnErasure) -> Column:
    """A column with the id of the person a row is about, or of whoever acted."""
    return Column(Holds.PERSON, fate)


def columns(
    *,
    people: Mapping[str, Column] | None = None,
    about: str = "",
    hidden: str = "",
    mentions: Mapping[str, OnErasure] | None = None,
    nobody: str = "",
) -> dict[str, Column]:
    """The columns of one table; data about a person is deleted along with its row."""
    made = dict(people or {})
    made |= {name: Column(Holds.ABOUT, OnErasure.ROW_GOES) for name in about.split()}
    made |= {name: Column(Holds.SECRET, OnErasure.ROW_GOES) for name in hidden.split()}
    made |= {name: Column(Holds.MENTIONS, fate) for name, fate in (mentions or {}).items()}
    return made | {name: Column(Holds.NOBODY) for name in nobody.split()}


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its purpose, why and for how long it is stored, and the tag of each column."""

    about: Text
    basis: Text
    kept: Text
    columns: Mapping[str, Column]
    # Our own SQL, never user input: rows past their retention …
    expires: str | None = None
    # … rows that belong to the person ($1), where the columns with their id don't say it all …
    mine: str | None = None
    # … and how to erase ($1 the person; ids above $2 up to $3), where the tags don't say it all.
    erase: Sequence[str] = field(default=())
    key: str = "id"
    # Whoever acts on a row of these locks it, and may then write about its people anywhere. So they are erased before
    # everything else: what was begun by then is waited for, and what comes later finds nothing to act on.
    source: bool = False
    by_steps: bool = False  # its area's steps erase it, not its tags
    # Tables to erase, and to purge with a server, after this one, because its rows point at them.
    erase_before: Sequence[str] = field(default=())

    def named(self) -> list[str]:
        """The columns that hold a person's id."""
        return [name for name, column in self.columns.items() if column.holds is Holds.PERSON]

    def rows_of(self) -> str | None:
        """The SQL condition for a person's rows; None if the table has none."""
        return self.mine or " OR ".join(f"{name} = $1" for name in self.named()) or None

    def shown(self) -> list[str]:
        """The columns included in a person's export."""
        return [name for name, column in self.columns.items() if column.holds is not Holds.SECRET]
