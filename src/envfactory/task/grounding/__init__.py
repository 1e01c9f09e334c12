"""From a chain to executed calls, with the values that a user would choose and could tell."""
