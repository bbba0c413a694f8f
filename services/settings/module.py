"""A settings module: a frozen model whose fields each declare their kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from locales import Text
from services.settings.kinds import Kind


class InconsistentSettings(ValueError):
    """Settings that contradict each other, with an explanation for people."""

    def __init__(self, text: Text, fields: Sequence[str]) -> None:
        super().__init__(str(text))
        self.text, self.fields = text, tuple(fields)


class Module(BaseModel):
    """One module of settings; every field has a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    module_name: ClassVar[str]
    title: ClassVar[Text]
    groups: ClassVar[Mapping[str, Text]] = {}  # headings in a form, each by the field before which it stands

    @classmethod
    def kinds(cls) -> dict[str, Kind]:
        """The kind of each field, by name."""
        return {name: _kind(field.metadata) for name, field in cls.model_fields.items()}

    def jsonable(self) -> dict[str, Any]:
        """All values as JSON, with ids as strings."""
        return self.model_dump(mode="json")


def _kind(metadata: Sequence[Any]) -> Kind:
    (found,) = (one for one in metadata if isinstance(one, Kind))
    return found
