"""Discord's client: interactions on their way to the bot, and its answers."""
