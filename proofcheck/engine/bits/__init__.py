"""Networks of bits as programs of tables, 64 inputs to a word."""
