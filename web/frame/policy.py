"""Turns a route line in web/routes.py into a named operation or page with its rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from services.core.scopes import Scope
from services.identity.authority import Role
from web.frame.endpoint import Endpoint
from web.frame.page import Page
from web.frame.rules import PAGES, POLICY, CallerKind, Rule

Served = TypeVar("Served", Endpoint, Page)


def op(
    name: str, served: Served, least: CallerKind | Role, scope: Scope | None = None, *, recent: bool = False
) -> Served:
    """An operation or page with its public name, which never changes, and its rule; Rule says what the rest means."""
    rule = Rule(least, scope, recent)
    names = POLICY if isinstance(served, Endpoint) else PAGES
    assert name not in names, f"{name} is the name of two routes"
    names[name] = rule
    return replace(served, id=name, rule=rule)
