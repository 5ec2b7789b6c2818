"""python -m mwaactl."""

from mwaactl.cli import main

main()
