"""The web page of the playground."""
