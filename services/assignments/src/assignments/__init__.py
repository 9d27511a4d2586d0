"""Assignments and the register of organisations."""
