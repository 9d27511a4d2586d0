"""Numbered SQL files: the tables that every service has."""
