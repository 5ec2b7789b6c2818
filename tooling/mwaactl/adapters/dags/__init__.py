"""Looks at what goes to the bucket with other programs' eyes: ruff, bash, uv. Nothing of it is executed."""
