"""Constructions as pytest items: every claim at every size is one test. Cheap to import; nothing else of pytest changes."""
