"""Doors: every way into a verdict that an attacker or an accident could use, one small case each.

A case ends in refuted, unrefuted, unknown or an error, never in *holds* for a false claim; nothing established is lost.
"""
