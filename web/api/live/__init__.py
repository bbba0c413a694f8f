"""API operations of the live area."""
