"""The embedded AWS: moto, with an MWAA service of our own beside its services."""
