"""HTTP: the board as JSON. Everything is seen through the scope of whoever asks."""
