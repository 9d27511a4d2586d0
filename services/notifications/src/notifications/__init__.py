"""Who must be told what, and what was sent."""
