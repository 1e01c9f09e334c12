"""The kernel: records, tables, tools and environments whose state is a value."""
