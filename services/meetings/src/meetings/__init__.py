"""Meetings, their documents and attendance, and notices of conclusion."""
