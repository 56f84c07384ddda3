"""Choosing, running and reading tests."""
