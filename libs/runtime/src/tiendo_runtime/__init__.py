"""The plumbing that every service shares: store, relay, consumer loop, HTTP, settings."""
