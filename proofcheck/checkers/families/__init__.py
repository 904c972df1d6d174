"""Statements about families for every n, and counterexamples at small n."""
