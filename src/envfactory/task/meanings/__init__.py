"""What records, tools and values mean to people, and how a value is spoken."""
