"""Broken configurations, and what has to be said about each: one table for the model and for the command line."""

from unit.broken_configurations import files, mwaa, network, surroundings
from unit.broken_configurations.case import Case, Expected

CASES: tuple[Case, ...] = (*files.CASES, *mwaa.CASES, *network.CASES, *surroundings.CASES)

__all__ = ["CASES", "Case", "Expected"]
