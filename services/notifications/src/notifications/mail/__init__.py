"""Mail: how a digest reads, where it waits, how it goes out."""
