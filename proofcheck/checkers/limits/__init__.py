"""Statements about limits: enclosures of reals, and tests with an error probability."""
