"""The bot's identity in the playground: application ID, token, client secret and signing key."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nacl.signing import SigningKey

from discord_api import snowflakes


@dataclass(frozen=True)
class Identity:
    """The bot's application in the playground; created once and kept, as on Discord."""

    application_id: int
    token: str = field(repr=False)
    signing_key: bytes = field(repr=False)
    client_secret: str = field(repr=False, default_factory=lambda: secrets.token_urlsafe(24))

    @classmethod
    def new(cls) -> Identity:
        """A new application with a token in Discord's format."""
        application_id = snowflakes.first_at(datetime.now(UTC)) | secrets.randbelow(1 << 22)
        owner = base64.urlsafe_b64encode(str(application_id).encode()).rstrip(b"=").decode()
        token = f"{owner}.{secrets.token_urlsafe(5)[:6]}.{secrets.token_urlsafe(28)}"
        return cls(application_id, token, bytes(SigningKey.generate()))

    @classmethod
    def load(cls, path: Path) -> Identity:
        """The identity in this file; created on first use, readable only by its owner."""
        kept = cls._read(path) if path.exists() else {}
        if "client_secret" in kept:
            return cls(**kept)
        # An older file has no client secret: add one and keep the rest.
        made = cls(**kept) if kept else cls.new()
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(
            {
                "application_id": str(made.application_id),
                "token": made.token,
                "signing_key": made.signing_key.hex(),
                "client_secret": made.client_secret,
            }
        )
        # Written to another file and renamed, so that a crash can't leave half a file that breaks every later start.
        aside = path.with_suffix(".new")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")
        aside.replace(path)
        return made

    @staticmethod
    def _read(path: Path) -> dict[str, Any]:
        try:
            kept = json.loads(path.read_text("utf-8"))
            return {
                "application_id": int(kept["application_id"]),
                "token": str(kept["token"]),
                "signing_key": bytes.fromhex(kept["signing_key"]),
                **({"client_secret": str(kept["client_secret"])} if "client_secret" in kept else {}),
            }
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} isn't a valid playground identity. Delete it to get a new one.") from error

    @property
    def verify_key(self) -> str:
        """The public key in hex, as in `GET /applications/@me`."""
        return bytes(SigningKey(self.signing_key).verify_key).hex()

    def sign(self, timestamp: str, body: bytes) -> str:
        """The `X-Signature-Ed25519` header for a body sent at this time."""
        return SigningKey(self.signing_key).sign(timestamp.encode() + body).signature.hex()
