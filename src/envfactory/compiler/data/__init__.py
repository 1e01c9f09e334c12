"""The records of a scenario: believable values that belong together, from a seed."""
