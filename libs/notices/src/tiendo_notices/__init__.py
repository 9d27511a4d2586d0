"""The reader of notices of conclusion: text in, reading out, no I/O."""
