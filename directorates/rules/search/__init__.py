"""What a search knows of words: which are the same, which are nearly the same, and what to show of a text. Pure."""
