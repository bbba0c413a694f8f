"""The shop and members' inventories."""
