"""Programs that print the tables of measured evidence; each is `python -m tests.evidence.NAME`."""
