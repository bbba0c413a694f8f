"""API operations of the moderation area."""
