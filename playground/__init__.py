"""A stand-in for Discord: its REST interface, its signed interactions and a page to click in."""
