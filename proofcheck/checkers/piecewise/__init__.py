"""Statements of terms, by lemmas: finding the lemmas, the cases and the multipliers that the kernel replays."""
