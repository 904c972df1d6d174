"""Exact networks from theory papers, and claims about them that a machine settles."""
