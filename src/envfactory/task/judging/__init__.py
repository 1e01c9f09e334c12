"""What an answer of an agent says: the facts it tells, and whether it declines."""
