"""A stand-in for Discord: its REST API, its signed interactions and a web client."""
