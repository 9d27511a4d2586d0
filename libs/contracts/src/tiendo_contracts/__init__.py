"""The public language: the events that cross services."""
