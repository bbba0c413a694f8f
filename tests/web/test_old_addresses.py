"""Addresses of the first release: bookmarks, links in old messages and forms in open tabs must still lead somewhere."""

from __future__ import annotations

from starlette.routing import BaseRoute, Match, Route

from web.frame.endpoint import Resource
from web.routes import PAGES

# Method, address and page. Nothing is ever taken out: a page that moves leaves a permanent redirect at its address.
FIRST_RELEASE = """
GET / landing.show
GET /robots.txt landing.robots
GET /login login
GET /login/start login-start
GET /login/callback login-callback
POST /logout logout
GET /servers servers.index
GET /servers/1 overview.show
GET /servers/1/health overview.health
GET /servers/1/members members.index
GET /servers/1/members/20 members.show
GET /servers/1/members/20/ledger transfers.of_member
POST /servers/1/members/20/grants corrections.grant
POST /servers/1/members/20/take-plans corrections.plan_take
GET /servers/1/members/20/take-plans/3 corrections.planned_take
POST /servers/1/members/20/takes corrections.take
POST /servers/1/members/20/freeze-plans corrections.plan_freeze
GET /servers/1/members/20/freeze-plans/3 corrections.planned_freeze
POST /servers/1/members/20/freezes corrections.freeze
POST /servers/1/members/20/thaws corrections.unfreeze
GET /servers/1/transfers transfers.index
GET /servers/1/transfers/5 transfers.show
POST /servers/1/transfers/5/reversal-plans corrections.plan_reversal
GET /servers/1/transfers/5/reversal-plans/3 corrections.planned_reversal
POST /servers/1/reversals corrections.reverse
GET /servers/1/shop shop.index
GET /servers/1/shop/new shop.new
POST /servers/1/shop/new shop.create
GET /servers/1/shop/7 shop.edit
POST /servers/1/shop/7 shop.change
POST /servers/1/shop/7/archived shop.archive
GET /servers/1/leaderboard leaderboard.show
GET /servers/1/analytics analytics.show
GET /servers/1/analytics/commands.csv analytics.commands_file
GET /servers/1/analytics/activity analytics.activity
GET /servers/1/analytics/activity.csv analytics.activity_file
GET /servers/1/analytics/economy analytics.economy
GET /servers/1/analytics/economy.csv analytics.economy_file
GET /servers/1/analytics/proofs proofs.show
POST /servers/1/analytics/proofs proofs.ask
POST /servers/1/analytics/proofs/cancellations proofs.cancel
GET /servers/1/audit-log audit_log.index
GET /servers/1/keys keys.index
POST /servers/1/keys keys.create
GET /servers/1/keys/4/secret keys.secret
POST /servers/1/keys/4/secret keys.copied
GET /servers/1/keys/4/removal keys.sure
POST /servers/1/keys/4/removal keys.revoke
POST /servers/1/keys/4/maker keys.take_over
GET /servers/1/settings settings.index
POST /servers/1/settings/test-messages settings.test_message
GET /servers/1/settings/draft setting_drafts.show
POST /servers/1/settings/draft/applications setting_drafts.apply
POST /servers/1/settings/draft/choices setting_drafts.settle
POST /servers/1/settings/draft/removals setting_drafts.drop
GET /servers/1/settings/history setting_history.index
GET /servers/1/settings/history/2 setting_history.show
POST /servers/1/settings/history/2/reversals setting_history.revert
GET /servers/1/settings/document setting_documents.show
POST /servers/1/settings/document setting_documents.plan
GET /servers/1/settings/document.yaml setting_documents.download
POST /servers/1/settings/document/applications setting_documents.apply
GET /servers/1/settings/economy settings.show
POST /servers/1/settings/economy settings.save
GET /servers/1/settings/economy/preview settings.preview
GET /sessions devices.index
POST /sessions/ended devices.end
GET /exports/6 exports.show
GET /exports/6/file exports.fetch
GET /privacy privacy.show
POST /privacy/exports privacy.export
GET /privacy/erasure privacy.sure
POST /privacy/erasure privacy.erase
POST /privacy/erasure/cancellations privacy.keep
GET /api/docs docs
GET /styleguide styleguide.show
"""


def test_every_address_of_the_first_release_leads_to_its_page() -> None:
    lost = []
    for line in FIRST_RELEASE.strip().splitlines():
        method, path, page = line.split()
        asked = {"type": "http", "method": method, "path": path, "headers": []}
        first = next(route for route in PAGES if route.matches(asked)[0] is not Match.NONE)
        if name(first, method) != page:
            lost.append(line)
    assert lost == []


def name(route: BaseRoute, method: str) -> str:
    """The page or form that answers at this route."""
    assert isinstance(route, Route)
    if isinstance(route.endpoint, Resource):
        return route.endpoint.operations[method].id if method in route.endpoint.operations else ""
    return route.name
