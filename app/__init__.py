"""The process itself: settings, servers, worker and command line; nothing imports it."""

VERSION = "0.1.0"
