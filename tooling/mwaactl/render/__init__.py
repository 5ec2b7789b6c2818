"""The only formatting: results and errors as text or as the JSON envelope, progress as lines or bars."""
