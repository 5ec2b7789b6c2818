"""What `make demo` shows: the sample pipeline, from an empty machine to rows in a table. No part of mwaactl."""
