"""House rules: what a business of that kind would forbid, as data and as prose."""
