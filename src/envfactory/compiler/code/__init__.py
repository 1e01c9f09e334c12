"""The Python of an environment: its records, its tools and their refusals, as source."""
