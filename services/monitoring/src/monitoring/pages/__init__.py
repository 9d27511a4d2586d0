"""The board's pages: rendered here, in Vietnamese and English, live by htmx."""
