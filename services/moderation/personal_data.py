"""Personal data stored by the moderation area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import EMPTIED, NAMELESS, TRUST, Table, columns, who

_MY_EVENTS = """
(actor_id = $1 OR (guild_id, number) IN (SELECT guild_id, number FROM moderation_logs WHERE user_id = $1))"""
_MY_EVIDENCE = """
(added_by = $1 OR (guild_id, number) IN (SELECT guild_id, number FROM moderation_logs WHERE user_id = $1))"""
_KEPT = t(
    "for as long as the server has Tatiana, plus 30 days; after you delete your data, a case no longer says why it was "
    "opened, who opened it, or whom it is about, but a server still recognizes you if you come back"
)

# An area's steps erase all of these together (services/moderation/erasing.py), so that the chain of events stays valid.
TABLES: Mapping[str, Table] = {
    "moderation_logs": Table(
        t("Moderation cases about you, such as warnings and bans, and those you opened as a moderator."),
        TRUST,
        _KEPT,
        columns(
            people={"user_id": who(EMPTIED), "moderator_id": who(NAMELESS), "behalf_of_id": who(NAMELESS)},
            mentions={"reason": EMPTIED, "failure": EMPTIED, "details": EMPTIED, "key": EMPTIED},
            hidden="member_mark sealed_user_id",
            nobody="id guild_id number action channel_id role_id duration expires_at state notice batch created_at "
            "settled_at ended_at",
        ),
        by_steps=True,
    ),
    "case_events": Table(
        t("What happened to these cases, and moderators' private notes in them."),
        TRUST,
        _KEPT,
        columns(
            people={"actor_id": who(NAMELESS)},
            mentions={"details": EMPTIED, "text": EMPTIED},
            nobody="id guild_id position number kind salt case_digest seal digest created_at",
        ),
        mine=_MY_EVENTS,
        by_steps=True,
    ),
    "case_evidence": Table(
        t("Files attached to these cases: their names, types, sizes and SHA-256 digests."),
        TRUST,
        _KEPT,
        columns(
            people={"added_by": who(NAMELESS)},
            mentions={"filename": EMPTIED, "sha256": EMPTIED},
            nobody="id guild_id number content_type size channel_id message_id created_at",
        ),
        mine=_MY_EVIDENCE,
        by_steps=True,
    ),
    "case_chains": Table(
        t("The end of each server's chain of case events, which shows whether any was tampered with."),
        TRUST,
        t("for as long as the server has Tatiana, plus 30 days"),
        columns(nobody="guild_id newest_case length head mac verified_at findings"),
        key="guild_id",
    ),
}
