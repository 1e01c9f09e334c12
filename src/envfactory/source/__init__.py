"""Readers of authentic resources; each ends in an `ApiDescription`."""
