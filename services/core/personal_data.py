"""Personal data stored by the core area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import BLANKED, COUNTS, EMPTIED, GONE, NAMELESS, SERVICE, TRUST, Table, columns, who

_MY_JOBS = "concat(payload, key, error) LIKE '%' || $1::bigint::text || '%'"
_ERASE_JOBS = """
DELETE FROM jobs WHERE id > $2 AND id <= $3 AND concat(payload, key, error) LIKE '%' || $1::bigint::text || '%'"""
# Not blanked: the person would confirm something other than what they were shown.
_ERASE_PLANS = """
DELETE FROM plans
 WHERE id > $2 AND id <= $3 AND (actor_id = $1 OR details::text LIKE '%' || $1::bigint::text || '%')"""
_MY_AUDIT_LOG = """
(actor_id = $1 OR target LIKE '%' || $1::bigint::text || '%' OR details::text LIKE '%' || $1::bigint::text || '%')"""
_ERASE_AUDIT_LOG = """
UPDATE audit_log
   SET actor_id = CASE actor_id WHEN $1 THEN -1 ELSE actor_id END, details = '{}',
       target = CASE WHEN target LIKE '%' || $1::bigint::text || '%' THEN 'erased' ELSE target END
 WHERE id > $2 AND id <= $3
   AND (actor_id = $1 OR target LIKE '%' || $1::bigint::text || '%'
        OR details::text LIKE '%' || $1::bigint::text || '%')"""

TABLES: Mapping[str, Table] = {
    "receipts": Table(
        t("Replies to your recent actions, so that nothing is done twice."),
        SERVICE,
        t("7 days"),
        columns(
            people={"user_id": who(GONE)},
            about="action refused created_at key",
            mentions={"answer": BLANKED},
            nobody="id guild_id",
        ),
        # Needed only to answer a repeat; Discord repeats within minutes, and ids older than a day are refused.
        expires="created_at < tatiana_now() - interval '7 days'",
    ),
    "doubts": Table(
        t("Requests of yours whose outcome I couldn't tell you at once, so that I recognize a repeat."),
        SERVICE,
        t("one day"),
        columns(people={"user_id": who(GONE)}, about="fingerprint created_at key", nobody="id guild_id"),
        expires="created_at < now() - interval '1 day'",
    ),
    "plans": Table(
        t("Plans shown to you that you can still confirm."),
        SERVICE,
        t("one day"),
        columns(
            people={"actor_id": who(GONE)},
            about="action expires_at",
            mentions={"details": GONE},
            nobody="id guild_id",
        ),
        erase=(_ERASE_PLANS,),
        source=True,
        expires="expires_at < tatiana_now() - interval '1 day'",
    ),
    "jobs": Table(
        t("Background work, such as a reply to you that takes a while."),
        SERVICE,
        t("until it is done, or 30 days if it failed"),
        columns(
            mentions={"payload": GONE, "key": GONE, "error": GONE},
            nobody="id guild_id kind due_at attempts max_attempts leased_until leased_by failed_at created_at",
        ),
        expires="failed_at < tatiana_now() - interval '30 days'",
        mine=_MY_JOBS,
        erase=(_ERASE_JOBS,),
        source=True,
    ),
    "token_refusals": Table(
        t("Which of Tatiana's processes have had the bot token refused by Discord."),
        COUNTS,
        t("until one day after Discord accepts it again"),
        columns(nobody="id seen_at"),
        expires="seen_at < now() - interval '1 day'",
    ),
    "audit_log": Table(
        t("Security-relevant actions: sign-ins, settings, grants, and keys."),
        TRUST,
        t(
            "for as long as the server has Tatiana, plus 30 days; after you delete your data, it no longer says who "
            "did it"
        ),
        columns(
            people={"actor_id": who(NAMELESS)},
            mentions={"target": EMPTIED, "details": EMPTIED},
            nobody="id guild_id action request_id created_at",
        ),
        mine=_MY_AUDIT_LOG,
        erase=(_ERASE_AUDIT_LOG,),
    ),
}
