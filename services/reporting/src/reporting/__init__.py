"""Weekly reports of units."""
