"""Views built anew beside the live ones, compared, switched, and taken back."""

from tiendo_runtime.rebuilding.builds import drop
from tiendo_runtime.rebuilding.rebuild import rebuild, rollback
from tiendo_runtime.rebuilding.request import RebuildError, Report, View, Wish

__all__ = ["RebuildError", "Report", "View", "Wish", "drop", "rebuild", "rollback"]
