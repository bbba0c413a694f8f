"""Shared by all pages and operations: authentication, authorization, parsing and errors."""
