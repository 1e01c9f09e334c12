"""Tasks: chains grounded by execution, then phrased, then checked."""
