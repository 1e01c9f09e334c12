"""Schemas, bodies and paths made plain: the shapes that values and records come in."""
