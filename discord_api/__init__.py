"""Discord's REST interface: client, permissions and ids; knows nothing of ours."""
