"""The time zone of every deadline."""

from datetime import timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "+07:00")
"""Asia/Ho_Chi_Minh: one offset since 1975, so no table of zones is needed."""
