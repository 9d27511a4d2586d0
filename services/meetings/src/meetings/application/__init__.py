"""Use cases of meetings and notices: one verb each."""
