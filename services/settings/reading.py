"""Reading stored settings; an unusable field falls back to its default and is reported."""

from __future__ import annotations

from typing import Any, TypeVar

import orjson
import structlog
from pydantic import ValidationError

from services.settings.module import InconsistentSettings, Module

M = TypeVar("M", bound=Module)

log = structlog.get_logger(__name__)


def read(module: type[M], stored: Any) -> tuple[M, tuple[str, ...]]:
    """The settings of a module, and the names of unusable stored fields."""
    given = stored if isinstance(stored, dict) else {}
    kept = dict(given)
    while True:
        try:
            return module.model_validate(kept), tuple(name for name in given if name not in kept)
        except ValidationError as error:
            for name in _at_fault(error) or list(kept):
                kept.pop(name, None)


def read_json(module: type[M], stored: str | bytes | None) -> M:
    """The settings of a module from the database's JSON."""
    if not stored:
        return module()
    try:
        return module.model_validate_json(stored)
    except ValidationError:
        made, unusable = read(module, orjson.loads(stored))
        report(module.module_name, unusable)
        return made


def report(module_name: str, unusable: tuple[str, ...]) -> None:
    """Log that stored settings are unusable, without their values."""
    if unusable:
        log.warning("stored settings are of no use", module=module_name, fields=sorted(unusable))


def _at_fault(error: ValidationError) -> set[str]:
    """The fields that make the module invalid."""
    fields: set[str] = set()
    for one in error.errors(include_url=False, include_input=False):
        nonsense = one.get("ctx", {}).get("error")
        fields |= (
            set(nonsense.fields)
            if isinstance(nonsense, InconsistentSettings)
            else {str(part) for part in one["loc"][:1]}
        )
    return fields
