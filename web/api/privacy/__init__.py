"""API operations of the privacy area."""
