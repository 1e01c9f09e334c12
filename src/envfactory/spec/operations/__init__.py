"""Operations as rules see them: each read once, by its method, its path and its bodies."""
