"""Planted faults in network, target and domain, and how each ends."""
