"""Tools that change records: what is made, moved, attached, submitted and retired."""
