"""Tools that only read: lists, look-ups, searches, counts, and what lies near."""
