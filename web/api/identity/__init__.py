"""API operations of the identity area."""
