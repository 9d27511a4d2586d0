"""The smallest scenes in which it shows that a promise is broken."""
