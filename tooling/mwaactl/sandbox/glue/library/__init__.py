"""What scripts of Glue jobs may import: this folder is on their PYTHONPATH."""
