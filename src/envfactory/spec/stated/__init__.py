"""What a text states that an operation does, and tools that would do something else."""
