"""Every table and every column of ours: whom it tells about, why, for how long, and what is left after erasure."""

# Statements are joined from our own constants, never from anybody's text.
# ruff: noqa: FLY002

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.privacy.personal_data.tags import Fate, Table, columns, who

GONE, NAMELESS, EMPTIED, BLANKED = Fate.ROW_GOES, Fate.NAMELESS, Fate.EMPTIED, Fate.BLANKED

SERVICE = t("You use Tatiana, or your server does, and this is what it takes.")
BOOKS = t("Coins of several people hang on it, so the amounts stay, under nobody's name.")
TRUST = t("Others must be able to see what was done to their server.")
SIGN_IN = t("You signed in.")
COUNTS = t("Counts without names.")

_WALLETS = "(guild_id, account_id) IN (SELECT guild_id, id FROM user_economy WHERE user_id = $1)"
_MY_TRANSFERS = " ".join(("(actor_id = $1 OR id IN (SELECT transfer_id FROM postings WHERE", _WALLETS, "))"))
# By then the wallets are nobody's.
_ERASED_WALLETS = (
    "(guild_id, account_id) IN (SELECT guild_id, id FROM user_economy WHERE id IN "
    "(SELECT unnest(wallets) FROM erasures WHERE user_id = $1 AND done_at IS NULL))"
)
_ERASED_TRANSFERS = " ".join(("actor_id = $1 OR id IN (SELECT transfer_id FROM postings WHERE", _ERASED_WALLETS, ")"))
_HINT = "LIKE '%' || $1::bigint::text || '%'"
_JOBS = f"concat(payload, key, error) {_HINT}"
_AUDITED = f"(actor_id = $1 OR target {_HINT} OR details::text {_HINT})"

TABLES: Mapping[str, Table] = {
    "users": Table(
        t("Your name and picture, as Discord told us last, your language, and when you are asked before you spend."),
        SERVICE,
        t("until you have us delete it"),
        columns(
            people={"discord_id": who(GONE)},
            about="username avatar_url language language_at confirm_percent created_at updated_at",
        ),
        key="discord_id",
    ),
    "user_guild_data": Table(
        t("In which servers you used Tatiana, when last, and how far you have come there."),
        SERVICE,
        t("until you have us delete it"),
        columns(
            people={"user_id": who(GONE)},
            about="name display_name nickname level experience last_seen_at",
            nobody="id guild_id",
        ),
    ),
    "transfers": Table(
        t("Every movement of coins that you caused or took part in, with its reason."),
        BOOKS,
        t("as long as the server has Tatiana, and 30 days longer; erased, only amounts and times are left"),
        columns(
            people={"actor_id": who(NAMELESS)},
            mentions={"reason": EMPTIED, "details": EMPTIED, "key": EMPTIED},
            nobody="id guild_id kind reverses_id created_at salt seal",
        ),
        mine=_MY_TRANSFERS,
        erase=(
            " ".join(
                (
                    "UPDATE transfers SET actor_id = CASE actor_id WHEN $1 THEN -1 ELSE actor_id END, reason = '',",
                    "key = 'erased:' || id, details = '{}', salt = NULL",
                    "WHERE id > $2 AND id <= $3 AND (",
                    _ERASED_TRANSFERS,
                    "OR concat(reason, details, key)",
                    _HINT,
                    ")",
                )
            ),
        ),
    ),
    "user_economy": Table(
        t("Your wallets: coins, streaks and cooldowns."),
        SERVICE,
        t("until you have us delete it; then the coins go to the sink, and the empty wallet is nobody's"),
        columns(
            people={"user_id": who(NAMELESS)},
            about="balance daily_streak last_daily daily_period last_work frozen_at created_at",
            nobody="id guild_id kind seq head salt seal",
        ),
    ),
    "postings": Table(
        t("The two or more sides of each movement of coins."),
        BOOKS,
        t("as long as the server has Tatiana, and 30 days longer"),
        columns(nobody="id guild_id transfer_id account_id amount seq balance_after digest"),
        mine=_WALLETS,
    ),
    "proofs": Table(
        t("Proofs of a server's books, and who asked for them."),
        TRUST,
        t("30 days"),
        columns(
            people={"asked_by": who(NAMELESS)},
            mentions={"found": BLANKED},
            nobody="id guild_id asked_at ended_at done total",
        ),
        expires="asked_at < now() - interval '30 days'",
    ),
    "offers": Table(
        t("Payments and requests that wait for a yes, or waited for one."),
        SERVICE,
        t("90 days after they ended"),
        columns(
            people={"payer_id": who(GONE), "payee_id": who(GONE)},
            about="amount note state expires_at created_at",
            nobody="id guild_id kind",
        ),
        # An open one holds coins of somebody; those of before were ended first, and a new one belongs to a new life.
        erase=(
            """DELETE FROM offers WHERE (payer_id = $1 OR payee_id = $1) AND state <> 'open'
                  AND id > $2 AND id <= $3""",
        ),
        expires="state <> 'open' AND expires_at < now() - interval '90 days'",
    ),
    "user_inventory": Table(
        t("What you own in the shops."),
        SERVICE,
        t("until you have us delete it"),
        columns(people={"user_id": who(GONE)}, about="item_type item_id quantity", nobody="id guild_id"),
    ),
    "command_usage": Table(
        t("Which commands you used, and how long the answer took."),
        t("So that whoever runs Tatiana sees what is used and what is slow."),
        t("180 days"),
        columns(
            people={"user_id": who(NAMELESS)}, about="command_name milliseconds outcome timestamp", nobody="id guild_id"
        ),
        expires="timestamp < now() - interval '180 days'",
    ),
    "member_days": Table(
        t("On which days you used Tatiana in a server."),
        t("So that a server sees how many members are active."),
        t("120 days; your first day in each server as long as the server has Tatiana"),
        columns(people={"user_id": who(GONE)}, about="day uses newcomer", nobody="id guild_id"),
        # Enough for windows of 90 days while rows come at most 30 days late; a first day tells newcomers from the rest.
        expires="NOT newcomer AND day < now() - interval '120 days'",
    ),
    "receipts": Table(
        t("The answers to what you did lately, so that nothing happens twice."),
        SERVICE,
        t("7 days"),
        columns(
            people={"user_id": who(GONE)},
            about="action refused created_at key",
            mentions={"answer": BLANKED},
            nobody="id guild_id",
        ),
        # It answers a repeat of its request; Discord repeats within minutes, and ids older than a day are refused.
        expires="created_at < now() - interval '7 days'",
    ),
    "doubts": Table(
        t("What you asked for without being told the outcome at once, so that asking again is recognized."),
        SERVICE,
        t("a day"),
        columns(people={"user_id": who(GONE)}, about="fingerprint created_at key", nobody="id guild_id"),
        expires="created_at < now() - interval '1 day'",
    ),
    "plans": Table(
        t("What you were shown and may still confirm."),
        SERVICE,
        t("a day"),
        columns(
            people={"actor_id": who(GONE)},
            about="action expires_at",
            mentions={"details": GONE},
            nobody="id guild_id",
        ),
        # Not blanked: what would be confirmed then is not what was shown.
        erase=(
            " ".join(("DELETE FROM plans WHERE id > $2 AND id <= $3 AND (actor_id = $1 OR details::text", _HINT, ")")),
        ),
        expires="expires_at < now() - interval '1 day'",
    ),
    "jobs": Table(
        t("Work that waits to be done, such as an answer to you that takes longer."),
        SERVICE,
        t("until it is done; 30 days if it failed"),
        columns(
            mentions={"payload": GONE, "key": GONE, "error": GONE},
            nobody="id guild_id kind due_at attempts max_attempts leased_until leased_by failed_at created_at",
        ),
        expires="failed_at < now() - interval '30 days'",
        mine=_JOBS,
        erase=(" ".join(("DELETE FROM jobs WHERE id > $2 AND id <= $3 AND", _JOBS)),),
    ),
    "live_events": Table(
        t("What happened in a server just now, for those who watch its pages."),
        SERVICE,
        t("an hour"),
        columns(mentions={"data": BLANKED}, nobody="id xid guild_id kind created_at"),
        mine=f"data::text {_HINT}",
    ),
    "audit_log": Table(
        t("Security-relevant acts: signing in, settings, grants, keys."),
        TRUST,
        t("as long as the server has Tatiana, and 30 days longer; erased, it says what was done and no longer by whom"),
        columns(
            people={"actor_id": who(NAMELESS)},
            mentions={"target": EMPTIED, "details": EMPTIED},
            nobody="id guild_id action request_id created_at",
        ),
        mine=_AUDITED,
        erase=(
            " ".join(
                (
                    "UPDATE audit_log SET actor_id = CASE actor_id WHEN $1 THEN -1 ELSE actor_id END, details = '{}',",
                    "target = CASE WHEN target",
                    _HINT,
                    "THEN 'erased' ELSE target END WHERE id > $2 AND id <= $3 AND",
                    _AUDITED,
                )
            ),
        ),
    ),
    "log_posts": Table(
        t("What a server's log channel has still to be told."),
        COUNTS,
        t("until it is posted"),
        columns(nobody="id guild_id event_id batch"),
    ),
    "log_channel_faults": Table(
        t("Which log channels can't be written to."),
        COUNTS,
        t("until they can"),
        columns(nobody="guild_id channel_id since"),
        key="guild_id",
    ),
    "token_refusals": Table(
        t("Which of Tatiana's processes Discord refuses the bot token to."),
        COUNTS,
        t("a day after Discord takes it again"),
        columns(nobody="id seen_at"),
        expires="seen_at < now() - interval '1 day'",
    ),
    "change_sets": Table(
        t("Who changed which setting of a server."),
        TRUST,
        t("as long as the server has Tatiana, and 30 days longer"),
        columns(
            people={"actor_id": who(NAMELESS)},
            nobody="id guild_id number source changes reverts request_id created_at",
        ),
    ),
    "command_rules": Table(
        t("Which commands were allowed or denied to you by name, or by you to others."),
        TRUST,
        t("until an admin takes the rule back"),
        columns(
            people={"target_id": who(GONE), "actor_id": who(NAMELESS)},
            nobody="id guild_id command target_kind allowed made_at",
        ),
        mine="(actor_id = $1 OR (target_kind = 'member' AND target_id = $1))",
        erase=(
            "DELETE FROM command_rules WHERE target_kind = 'member' AND target_id = $1 AND id > $2 AND id <= $3",
            "UPDATE command_rules SET actor_id = -1 WHERE actor_id = $1 AND id > $2 AND id <= $3",
        ),
    ),
    "setup_drafts": Table(
        t("How far the setting up of a server has come, and who did it."),
        SERVICE,
        t("until it is finished"),
        columns(
            people={"begun_by": who(NAMELESS), "changed_by": who(NAMELESS)},
            nobody="guild_id step chosen begun_at changed_at",
        ),
        key="guild_id",
    ),
    "change_drafts": Table(
        t("Changes of settings that you have collected and not applied yet."),
        SERVICE,
        t("until you apply or drop them; 30 days at most"),
        columns(people={"user_id": who(GONE)}, about="version chosen changed_at", nobody="id guild_id"),
        expires="changed_at < now() - interval '30 days'",
    ),
    "sessions": Table(
        t("The browsers in which you are signed in."),
        SIGN_IN,
        t("24 hours"),
        columns(
            people={"user_id": who(GONE)},
            about="device created_at last_used_at",
            hidden="digest",
            nobody="id",
        ),
    ),
    "sign_in_attempts": Table(
        t("Ways to Discord that have not come back yet."),
        SIGN_IN,
        t("an hour"),
        columns(nobody="id state_digest browser_digest next_path created_at"),
        expires="created_at < now() - interval '1 hour'",
    ),
    "discord_grants": Table(
        t("What Discord lets us ask about you, encrypted."),
        SIGN_IN,
        t("30 days after it was used last"),
        columns(
            people={"user_id": who(GONE)},
            about="scopes expires_at updated_at",
            hidden="access_token refresh_token",
            nobody="id",
        ),
        # Discord's refresh tokens live on with each use; who has not come back for so long has no use for them.
        expires="updated_at < now() - interval '30 days'",
    ),
    "refresh_families": Table(
        t("The programs in which you are signed in."),
        SIGN_IN,
        t("90 days"),
        columns(people={"user_id": who(GONE)}, about="device created_at expires_at ended_at ended_for", nobody="id"),
        # The tokens of a family go with it.
        expires="expires_at < now() OR ended_at < now() - interval '7 days'",
    ),
    "refresh_tokens": Table(
        t("The tokens of those programs."),
        SIGN_IN,
        t("30 days"),
        columns(hidden="digest", nobody="id family_id expires_at used_at"),
        expires="expires_at < now()",
    ),
    "socket_tickets": Table(
        t("Tickets for live updates."),
        SIGN_IN,
        t("an hour"),
        columns(people={"user_id": who(GONE)}, about="proof proof_id created_at", hidden="digest", nobody="id"),
        expires="created_at < now() - interval '1 hour'",
    ),
    "api_keys": Table(
        t("Keys of a server for programs, and who made them."),
        TRUST,
        t("until they are revoked; 30 days after their end"),
        columns(
            people={"created_by": who(NAMELESS)},
            hidden="digest",
            nobody="id guild_id name hint scopes created_at expires_at last_used_at suspended_at",
        ),
        expires="expires_at < now() - interval '30 days'",
    ),
    "erasures": Table(
        t("Your wish to be forgotten."),
        t("You asked for it."),
        t("until it is done; then the row is nobody's"),
        columns(
            people={"user_id": who(NAMELESS)},
            about="requested_at due_at wallets step",
            nobody="id begun_at done_at",
        ),
    ),
    "exports": Table(
        t("A copy of your data that you asked for, encrypted."),
        t("You asked for it."),
        t("24 hours"),
        columns(people={"user_id": who(GONE)}, about="requested_at expires_at", hidden="file", nobody="id"),
        expires="expires_at < now()",
    ),
    "guilds": Table(
        t("The servers that have Tatiana, as Discord told us last, and their settings."),
        SERVICE,
        t("as long as the server has Tatiana, and 30 days longer"),
        columns(
            people={"owner_id": who(EMPTIED)},
            nobody="discord_id name icon member_count told_at left_at prefix language language_at config "
            "config_version installed_at created_at updated_at",
        ),
        erase=("UPDATE guilds SET owner_id = NULL WHERE owner_id = $1 AND discord_id > $2 AND discord_id <= $3",),
        key="discord_id",
    ),
    "shop_items": Table(
        t("What a server sells."),
        SERVICE,
        t("as long as the server has Tatiana, and 30 days longer"),
        columns(nobody="id guild_id name description price stock effect role_id archived_at created_at"),
    ),
    "standing_marks": Table(
        t("Measures of large leaderboards."), COUNTS, t("ten minutes"), columns(nobody="id guild_id balance place")
    ),
    "command_hours": Table(
        t("How often each command was used in an hour."),
        COUNTS,
        t("90 days"),
        columns(nobody="id guild_id hour command_name uses answered deferred refused failed latency earlier"),
        expires="hour < now() - interval '90 days'",
    ),
    "guild_hours": Table(
        t("How often commands were used in an hour."),
        COUNTS,
        t("90 days"),
        columns(nobody="id guild_id hour uses failed"),
        expires="hour < now() - interval '90 days'",
    ),
    "command_days": Table(
        t("How often each command was used on a day."),
        COUNTS,
        t("2 years"),
        columns(nobody="id guild_id day command_name uses answered deferred refused failed latency earlier"),
        expires="day < now() - interval '2 years'",
    ),
    "guild_days": Table(
        t("How many members were active on a day."),
        COUNTS,
        t("2 years"),
        columns(nobody="id guild_id day active active_7 active_30 active_90 new uses failed"),
        expires="day < now() - interval '2 years'",
    ),
    "economy_days": Table(
        t("How many coins moved on a day."),
        COUNTS,
        t("as long as the server has Tatiana, and 30 days longer"),
        columns(nobody="id guild_id day kind transfers coins minted burned"),
    ),
    "statistics_cursors": Table(
        t("How far was counted."), COUNTS, t("for ever"), columns(nobody="source last_id counted_at"), key="source"
    ),
    "live_history": Table(
        t("How far back live updates reach."), COUNTS, t("for ever"), columns(nobody="id xid event_id")
    ),
}
