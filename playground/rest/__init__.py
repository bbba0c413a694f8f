"""Discord's REST API, as the bot calls it."""
