"""What an environment is meant to be, as data: entities, relations, and what each tool means."""
