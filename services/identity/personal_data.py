"""Personal data stored by the identity area: about whom, why, for how long, and what erasure leaves."""

from __future__ import annotations

from collections.abc import Mapping

from locales import t
from services.core.tags import GONE, NAMELESS, SIGN_IN, TRUST, Table, columns, who

TABLES: Mapping[str, Table] = {
    "sessions": Table(
        t("The browsers you're signed in with."),
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
        t("Sign-ins you have started at Discord but not finished."),
        SIGN_IN,
        t("one hour"),
        columns(nobody="id state_digest browser_digest next_path created_at"),
        expires="created_at < now() - interval '1 hour'",
    ),
    "discord_grants": Table(
        t("Your Discord authorization, encrypted."),
        SIGN_IN,
        t("30 days after it was last used"),
        columns(
            people={"user_id": who(GONE)},
            about="scopes expires_at updated_at",
            hidden="access_token refresh_token",
            nobody="id",
        ),
        # Each use extends Discord's refresh tokens; someone away for this long no longer needs theirs.
        expires="updated_at < now() - interval '30 days'",
    ),
    "refresh_families": Table(
        t("The programs you're signed in with."),
        SIGN_IN,
        t("90 days"),
        columns(people={"user_id": who(GONE)}, about="device created_at expires_at ended_at ended_for", nobody="id"),
        # A family's tokens are deleted with it.
        expires="expires_at < now() OR ended_at < now() - interval '7 days'",
    ),
    "refresh_tokens": Table(
        t("The tokens of those programs."),
        SIGN_IN,
        t("30 days"),
        columns(hidden="digest", nobody="id family_id expires_at used_at"),
        expires="expires_at < now()",
    ),
    "api_keys": Table(
        t("A server's API keys, and who created them."),
        TRUST,
        t("until 30 days after they are revoked or expire"),
        columns(
            people={"created_by": who(NAMELESS)},
            hidden="digest",
            nobody="id guild_id name hint scopes created_at expires_at last_used_at suspended_at",
        ),
        expires="expires_at < now() - interval '30 days'",
    ),
}
