"""Every URL of ours but Discord's own doors and the health checks, on one page."""

from __future__ import annotations

from redis.asyncio import ConnectionPool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp

from web import static_files
from web.api.analytics import figures
from web.api.directory import guilds, members
from web.api.document import Document
from web.api.economy import accounts
from web.api.economy import corrections as economy_corrections
from web.api.economy import leaderboard as leaderboards
from web.api.economy import transfers as economy_transfers
from web.api.identity import api_keys, auth, sessions, users
from web.api.live import tickets
from web.api.privacy import personal_data
from web.api.protection import audit_log as audit
from web.api.settings import change_sets, values
from web.api.shop import items
from web.frame import openapi
from web.frame.allowances import Allowances
from web.frame.door import Door, Observe
from web.frame.endpoint import resource
from web.pages import ai, docs, landing, moderation, styleguide
from web.pages.analytics import figures as analytics_page
from web.pages.directory import members as members_page
from web.pages.directory import overview, servers
from web.pages.economy import corrections, leaderboard, proofs, transfers
from web.pages.identity import api_keys as keys_page
from web.pages.identity import sessions as devices
from web.pages.identity import sign_in
from web.pages.privacy import exports
from web.pages.privacy import personal_data as privacy_page
from web.pages.protection import audit_log
from web.pages.settings import documents, drafts, history
from web.pages.settings import modules as settings_page
from web.pages.shop import items as shop_page
from web.site import Site

PREFIX = "/api/v1"
SMALL = 1024  # bytes that are not worth compressing

API: list[Route] = [
    resource("/auth", get=auth.show),
    resource("/auth/login", post=auth.login),
    resource("/auth/refresh", post=auth.refresh),
    resource("/auth/logout", post=auth.logout),
    resource("/socket-tickets", post=tickets.create),
    resource("/users/me", get=users.me, put=users.change),
    resource("/users/{user_id:id}/stats", get=users.stats),
    resource("/users/me/exports", post=personal_data.export),
    resource("/users/me/exports/{export_id:id}", get=personal_data.show),
    resource("/users/me/exports/{export_id:id}/file", get=personal_data.fetch),
    resource("/users/me/erasure", get=personal_data.pending, post=personal_data.erase, delete=personal_data.cancel),
    resource("/users/me/sessions", get=sessions.index, delete=sessions.end_all),
    resource("/users/me/sessions/{session_id:id}", delete=sessions.end),
    resource("/guilds", get=guilds.index),
    resource("/guilds/{guild_id:id}", get=guilds.show),
    resource("/guilds/{guild_id:id}/members", get=members.index),
    resource("/guilds/{guild_id:id}/members/search", get=members.search),
    resource("/guilds/{guild_id:id}/members/{user_id:id}", get=members.show),
    resource("/guilds/{guild_id:id}/analytics/overview", get=figures.overview),
    resource("/guilds/{guild_id:id}/analytics/commands", get=figures.commands),
    resource("/guilds/{guild_id:id}/analytics/activity", get=figures.activity),
    resource("/guilds/{guild_id:id}/analytics/economy", get=figures.economy),
    resource("/guilds/{guild_id:id}/config", get=values.show, put=values.replace, patch=values.change),
    resource("/guilds/{guild_id:id}/config/schema", get=values.schema),
    resource("/guilds/{guild_id:id}/config/changes", get=change_sets.index),
    resource("/guilds/{guild_id:id}/config/changes/{number:number}", get=change_sets.show),
    resource("/guilds/{guild_id:id}/config/changes/{number:number}/reversals", post=change_sets.revert),
    resource("/guilds/{guild_id:id}/config/document", get=change_sets.export),
    resource("/guilds/{guild_id:id}/config/plans", post=change_sets.plan),
    resource("/guilds/{guild_id:id}/config/applications", post=change_sets.apply),
    resource("/guilds/{guild_id:id}/economy/accounts", get=accounts.house),
    resource("/guilds/{guild_id:id}/economy/accounts/{user_id:id}", get=accounts.show),
    resource(
        "/guilds/{guild_id:id}/economy/accounts/{user_id:id}/freeze",
        put=accounts.freeze,
        delete=accounts.unfreeze,
    ),
    resource("/guilds/{guild_id:id}/economy/accounts/{user_id:id}/inventory", get=accounts.things),
    resource("/guilds/{guild_id:id}/economy/accounts/{user_id:id}/transfers", get=economy_transfers.of_member),
    resource("/guilds/{guild_id:id}/economy/transfers", get=economy_transfers.index),
    resource("/guilds/{guild_id:id}/economy/transfers/{transfer:id}", get=economy_transfers.show),
    resource("/guilds/{guild_id:id}/economy/grants", post=economy_corrections.grant),
    resource("/guilds/{guild_id:id}/economy/takes", post=economy_corrections.take),
    resource("/guilds/{guild_id:id}/economy/reversal-plans", post=economy_corrections.plan),
    resource("/guilds/{guild_id:id}/economy/reversals", post=economy_corrections.reverse),
    resource("/guilds/{guild_id:id}/economy/proof", get=accounts.prove),
    resource("/guilds/{guild_id:id}/shop/items", get=items.index, post=items.create),
    resource("/guilds/{guild_id:id}/shop/items/{item_id:id}", get=items.show, put=items.change, delete=items.archive),
    resource("/guilds/{guild_id:id}/leaderboards/balance", get=leaderboards.balance),
    resource("/guilds/{guild_id:id}/audit-log", get=audit.index),
    resource("/guilds/{guild_id:id}/keys", get=api_keys.index, post=api_keys.create),
    resource("/guilds/{guild_id:id}/keys/{key_id:id}", delete=api_keys.revoke),
    resource("/guilds/{guild_id:id}/keys/{key_id:id}/maker", put=api_keys.take_over),
]

PAGES: list[BaseRoute] = [
    resource("/", get=landing.show),
    resource("/robots.txt", get=landing.robots),
    Route("/login", sign_in.show, name="login"),
    Route("/login/start", sign_in.start, name="login-start"),
    Route("/login/callback", sign_in.callback, name="login-callback"),
    Route("/logout", sign_in.leave, methods=["POST"], name="logout"),
    resource("/servers", get=servers.index),
    resource("/servers/{guild_id:id}", get=overview.show),
    resource("/servers/{guild_id:id}/health", get=overview.health),
    resource("/servers/{guild_id:id}/members", get=members_page.index),
    resource("/servers/{guild_id:id}/members/{user_id:id}", get=members_page.show),
    resource("/servers/{guild_id:id}/members/{user_id:id}/ledger", get=transfers.of_member),
    resource(
        "/servers/{guild_id:id}/members/{user_id:id}/grants",
        "/servers/{guild_id}/members/{user_id}",
        post=corrections.grant,
    ),
    resource(
        "/servers/{guild_id:id}/members/{user_id:id}/take-plans",
        "/servers/{guild_id}/members/{user_id}",
        post=corrections.plan_take,
    ),
    resource("/servers/{guild_id:id}/members/{user_id:id}/take-plans/{plan_id:id}", get=corrections.planned_take),
    resource(
        "/servers/{guild_id:id}/members/{user_id:id}/takes",
        "/servers/{guild_id}/members/{user_id}",
        post=corrections.take,
    ),
    resource(
        "/servers/{guild_id:id}/members/{user_id:id}/freeze-plans",
        "/servers/{guild_id}/members/{user_id}",
        post=corrections.plan_freeze,
    ),
    resource("/servers/{guild_id:id}/members/{user_id:id}/freeze-plans/{plan_id:id}", get=corrections.planned_freeze),
    resource(
        "/servers/{guild_id:id}/members/{user_id:id}/freezes",
        "/servers/{guild_id}/members/{user_id}",
        post=corrections.freeze,
    ),
    resource(
        "/servers/{guild_id:id}/members/{user_id:id}/thaws",
        "/servers/{guild_id}/members/{user_id}",
        post=corrections.unfreeze,
    ),
    resource("/servers/{guild_id:id}/transfers", get=transfers.index),
    resource("/servers/{guild_id:id}/transfers/{number:id}", get=transfers.show),
    resource(
        "/servers/{guild_id:id}/transfers/{number:id}/reversal-plans",
        "/servers/{guild_id}/transfers/{number}",
        post=corrections.plan_reversal,
    ),
    resource(
        "/servers/{guild_id:id}/transfers/{number:id}/reversal-plans/{plan_id:id}", get=corrections.planned_reversal
    ),
    resource("/servers/{guild_id:id}/reversals", "/servers/{guild_id}/transfers", post=corrections.reverse),
    resource("/servers/{guild_id:id}/shop", get=shop_page.index),
    resource("/servers/{guild_id:id}/shop/new", get=shop_page.new, post=shop_page.create),
    resource("/servers/{guild_id:id}/shop/{item_id:id}", get=shop_page.edit, post=shop_page.change),
    resource(
        "/servers/{guild_id:id}/shop/{item_id:id}/archived",
        "/servers/{guild_id}/shop/{item_id}",
        post=shop_page.archive,
    ),
    resource("/servers/{guild_id:id}/leaderboard", get=leaderboard.show),
    resource("/servers/{guild_id:id}/analytics", get=analytics_page.show),
    resource("/servers/{guild_id:id}/analytics/commands.csv", get=analytics_page.commands_file),
    resource("/servers/{guild_id:id}/analytics/activity", get=analytics_page.activity),
    resource("/servers/{guild_id:id}/analytics/activity.csv", get=analytics_page.activity_file),
    resource("/servers/{guild_id:id}/analytics/economy", get=analytics_page.economy),
    resource("/servers/{guild_id:id}/analytics/economy.csv", get=analytics_page.economy_file),
    resource("/servers/{guild_id:id}/analytics/proofs", get=proofs.show, post=proofs.ask),
    resource(
        "/servers/{guild_id:id}/analytics/proofs/cancellations",
        "/servers/{guild_id}/analytics/proofs",
        post=proofs.cancel,
    ),
    resource("/servers/{guild_id:id}/audit-log", get=audit_log.index),
    resource("/servers/{guild_id:id}/keys", get=keys_page.index, post=keys_page.create),
    resource("/servers/{guild_id:id}/keys/{key_id:id}/secret", get=keys_page.secret, post=keys_page.copied),
    resource("/servers/{guild_id:id}/keys/{key_id:id}/removal", get=keys_page.sure, post=keys_page.revoke),
    resource("/servers/{guild_id:id}/keys/{key_id:id}/maker", "/servers/{guild_id}/keys", post=keys_page.take_over),
    resource("/servers/{guild_id:id}/moderation", get=moderation.show),
    resource("/servers/{guild_id:id}/ai", get=ai.show),
    resource("/servers/{guild_id:id}/settings", get=settings_page.index),
    resource(
        "/servers/{guild_id:id}/settings/test-messages",
        "/servers/{guild_id}/settings/general",
        post=settings_page.test_message,
    ),
    resource("/servers/{guild_id:id}/settings/draft", get=drafts.show),
    resource(
        "/servers/{guild_id:id}/settings/draft/applications",
        "/servers/{guild_id}/settings/draft",
        post=drafts.apply,
    ),
    resource(
        "/servers/{guild_id:id}/settings/draft/choices",
        "/servers/{guild_id}/settings/draft",
        post=drafts.settle,
    ),
    resource("/servers/{guild_id:id}/settings/draft/removals", "/servers/{guild_id}/settings/draft", post=drafts.drop),
    resource("/servers/{guild_id:id}/settings/history", get=history.index),
    resource("/servers/{guild_id:id}/settings/history/{number:number}", get=history.show),
    resource(
        "/servers/{guild_id:id}/settings/history/{number:number}/reversals",
        "/servers/{guild_id}/settings/history/{number}",
        post=history.revert,
    ),
    resource("/servers/{guild_id:id}/settings/document", get=documents.show, post=documents.plan),
    resource("/servers/{guild_id:id}/settings/document.yaml", get=documents.download),
    resource(
        "/servers/{guild_id:id}/settings/document/applications",
        "/servers/{guild_id}/settings/document",
        post=documents.apply,
    ),
    resource("/servers/{guild_id:id}/settings/{module}", get=settings_page.show, post=settings_page.save),
    resource("/servers/{guild_id:id}/settings/{module}/preview", get=settings_page.preview),
    resource("/sessions", get=devices.index),
    resource("/sessions/ended", "/sessions", post=devices.end),
    resource("/exports/{export_id:id}", get=exports.show),
    resource("/exports/{export_id:id}/file", get=exports.fetch),
    resource("/privacy", get=privacy_page.show),
    resource("/privacy/exports", "/privacy", post=privacy_page.export),
    resource("/privacy/erasure", get=privacy_page.sure, post=privacy_page.erase),
    resource("/privacy/erasure/cancellations", "/privacy", post=privacy_page.keep),
    Route("/api/docs", docs.show, name="docs"),
    resource("/styleguide", get=styleguide.show),
]


def door(site: Site, pool: ConnectionPool, version: str, observe: Observe) -> ASGIApp:
    """All of them behind the one door."""
    document = Document(lambda: openapi.document(API, prefix=PREFIX, server=site.public_url, version=version))
    shown = Route("/openapi.json", document.show, name="document.show")
    router = Router(
        # Each is tried in turn, so what is asked for most and in bulk stands first.
        [
            Mount(PREFIX, routes=[*API, shown], middleware=_across_origins(site)),
            Route("/static/{path:path}", static_files.serve, name="static"),
            *PAGES,
        ],
        redirect_slashes=False,
    )
    # No secret of a session ever stands in a page, so that its compressed length tells nothing (BREACH).
    return Door(GZipMiddleware(router, minimum_size=SMALL, compresslevel=5), site, Allowances(pool), observe)


def _across_origins(site: Site) -> list[Middleware]:
    """Pages of the allowed origins may call the API with a token; cookies are never for them."""
    if not site.allowed_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=sorted(site.allowed_origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"],
            expose_headers=["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"],
            max_age=600,
        )
    ]
