"""Tests of ./dev's own pieces; run by ./dev test --unit."""
