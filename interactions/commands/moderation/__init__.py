"""Commands of the moderation area."""
