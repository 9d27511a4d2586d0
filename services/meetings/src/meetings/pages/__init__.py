"""The pages of the secretariat: a notice from its text to the signature."""
