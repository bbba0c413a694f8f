"""API operations of the economy area."""
