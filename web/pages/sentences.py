"""What several pages say in the same words."""

from __future__ import annotations

from locales import t

NOT_YOURS = t("Only moderators of this server can read about somebody else.")
