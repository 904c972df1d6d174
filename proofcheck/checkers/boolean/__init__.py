"""Boolean statements: meanings of wires, identities of words, and clauses by sweeping."""
