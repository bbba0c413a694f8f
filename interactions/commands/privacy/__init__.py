"""Commands of the privacy area."""

from interactions.commands.privacy import personal_data

__all__ = ["personal_data"]
