"""Pages to read: numbers of the marts in words, tables and pictures."""
