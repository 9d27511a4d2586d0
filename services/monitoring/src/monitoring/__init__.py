"""The live board: views only."""
