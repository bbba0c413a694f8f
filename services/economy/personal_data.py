"""Personal data stored by the economy area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import BLANKED, BOOKS, COUNTS, EMPTIED, GONE, NAMELESS, SERVICE, TRUST, Table, columns, who

_MY_POSTINGS = "(guild_id, account_id) IN (SELECT guild_id, id FROM user_economy WHERE user_id = $1)"
_MY_TRANSFERS = """
(actor_id = $1 OR id IN (
    SELECT transfer_id FROM postings
     WHERE (guild_id, account_id) IN (SELECT guild_id, id FROM user_economy WHERE user_id = $1)))"""
# By then the wallets belong to nobody, so the erasure itself records which they were.
_ERASE_TRANSFERS = """
UPDATE transfers
   SET actor_id = CASE actor_id WHEN $1 THEN -1 ELSE actor_id END, reason = '', details = '{}', salt = NULL,
       key = 'erased:' || id
 WHERE id > $2 AND id <= $3
   AND (actor_id = $1
        OR id IN (SELECT transfer_id FROM postings
                   WHERE (guild_id, account_id) IN (
                         SELECT guild_id, id FROM user_economy
                          WHERE id IN (SELECT unnest(wallets) FROM erasures WHERE user_id = $1 AND done_at IS NULL)))
        OR concat(reason, details, key) LIKE '%' || $1::bigint::text || '%')"""

TABLES: Mapping[str, Table] = {
    "transfers": Table(
        t("Every transfer of coins that you made or took part in, with its reason."),
        BOOKS,
        t(
            "for as long as the server has Tatiana, plus 30 days; after you delete your data, only amounts and times "
            "are kept"
        ),
        columns(
            people={"actor_id": who(NAMELESS)},
            mentions={"reason": EMPTIED, "details": EMPTIED, "key": EMPTIED},
            nobody="id guild_id kind reverses_id created_at salt seal",
        ),
        mine=_MY_TRANSFERS,
        erase=(_ERASE_TRANSFERS,),
        erase_before=("user_economy",),
    ),
    "user_economy": Table(
        t("Your wallets: coins, streaks, and cooldowns."),
        SERVICE,
        t("until you delete your data; the coins are then burned, and the empty wallet no longer belongs to anyone"),
        columns(
            people={"user_id": who(NAMELESS)},
            about="balance daily_streak last_daily daily_period last_work frozen_at created_at",
            nobody="id guild_id kind seq head salt seal",
        ),
        by_steps=True,
    ),
    "postings": Table(
        t("Both sides of each transfer of coins: who paid and who received."),
        BOOKS,
        t("for as long as the server has Tatiana, plus 30 days"),
        columns(nobody="id guild_id transfer_id account_id amount seq balance_after digest"),
        mine=_MY_POSTINGS,
        erase_before=("transfers", "user_economy"),
    ),
    "proofs": Table(
        t("Audits of a server's ledger, and who ran them."),
        TRUST,
        t("30 days"),
        columns(
            people={"asked_by": who(NAMELESS)},
            mentions={"found": BLANKED},
            nobody="id guild_id asked_at ended_at done total",
        ),
        expires="asked_at < tatiana_now() - interval '30 days'",
    ),
    "offers": Table(
        t("Payments and requests that are waiting for an answer, or have been answered."),
        SERVICE,
        t("90 days after they end"),
        columns(
            people={"payer_id": who(GONE), "payee_id": who(GONE)},
            about="amount note state expires_at created_at",
            nobody="id guild_id kind",
        ),
        source=True,
        # An open offer holds coins; earlier ones were closed first, and a newer one is not part of this erasure.
        erase=(
            """DELETE FROM offers WHERE (payer_id = $1 OR payee_id = $1) AND state <> 'open'
                  AND id > $2 AND id <= $3""",
        ),
        expires="state <> 'open' AND expires_at < tatiana_now() - interval '90 days'",
    ),
    "standing_marks": Table(
        t("Samples for ranking large leaderboards."),
        COUNTS,
        t("ten minutes"),
        columns(nobody="id guild_id balance place"),
    ),
}
