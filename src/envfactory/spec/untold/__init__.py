"""What a source leaves out: answers, fields and addresses told from names and texts instead."""
