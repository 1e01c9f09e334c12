"""From executed calls to what a user says, with the words that prove each value."""
