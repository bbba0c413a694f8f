"""Discord's REST interface, as the bot calls it."""
