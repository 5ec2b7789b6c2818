"""`python -m mwaactl.sandbox --directory DIR`: the sandbox as a process. `mwaactl sandbox start` starts it."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from mwaactl.sandbox.server import Options, serve


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m mwaactl.sandbox", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="where sandbox.json tells port and process")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0, the default, takes a free one")
    parser.add_argument(
        "--idle-timeout", type=float, default=7200.0, metavar="SECONDS", help="stop when unused so long"
    )
    parser.add_argument(
        "--creation-seconds", type=float, default=3.0, metavar="S", help="how long MWAA takes to create"
    )
    parser.add_argument("--update-seconds", type=float, metavar="S", help="how long it updates; as creation by default")
    parser.add_argument("--airflow", action="store_true", help="give each environment a real Airflow")
    asked = parser.parse_args(arguments)
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for noisy in ("botocore", "werkzeug", "moto"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    serve(
        Options(
            asked.directory, asked.port, asked.idle_timeout, asked.creation_seconds, asked.update_seconds, asked.airflow
        )
    )


if __name__ == "__main__":
    main()
