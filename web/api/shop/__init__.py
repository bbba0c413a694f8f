"""API operations of the shop area."""
