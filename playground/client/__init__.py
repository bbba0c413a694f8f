"""The part of Discord's client: it sends interactions to the bot and carries out its responses."""
