"""/servers/{id}/analytics/proofs: ledger audits, with their progress and result."""

from __future__ import annotations

from starlette.responses import Response

from services import directory
from services.economy import audit_runs, rules, sentences
from web.frame.page import Visit, page, to
from web.rendering import show as shown


@page
async def show(visit: Visit) -> Response:
    """The latest audit, or the progress of a running one."""
    found = await audit_runs.newest(visit.guild_id)
    wrong = found.found.wrong_accounts if found and found.found else ()
    return shown(
        visit,
        "economy/proof.html",
        asked=found,
        wrong=[(one, sentences.account(one.kind, one.user_id)) for one in wrong],
        faces=await directory.people_of([found.asked_by] if found else []),
        symbol=(await rules.of(visit.guild_id)).symbol,
    )


@page
async def ask(visit: Visit) -> Response:
    """Start an audit; a second press returns the same one."""
    await audit_runs.ask(visit.guild_id, visit.user_id, request_id=visit.request_id)
    return to(visit, f"/servers/{visit.guild_id}/analytics/proofs")


@page
async def cancel(visit: Visit) -> Response:
    """Cancel the running audit."""
    await audit_runs.cancel(visit.guild_id)
    return to(visit, f"/servers/{visit.guild_id}/analytics/proofs")
