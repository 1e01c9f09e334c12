"""Environments that others have written: Python modules in the paper's format, and MCP servers."""
