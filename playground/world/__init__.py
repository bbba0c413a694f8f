"""What exists in the playground: people, servers, channels, messages, commands and grants."""
