"""The steps from one environment to another that was built beside it with another Airflow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Side:
    """One of the two. `webserver` is the host of its web server, empty where there is none."""

    name: str
    mwaa_name: str
    airflow_version: str
    bucket: str
    role: str
    webserver: str = ""
    is_protected: bool = False


@dataclass(frozen=True)
class Step:
    """What to do, and the commands for it; a word in capitals is to be filled in."""

    text: str
    commands: tuple[str, ...] = ()


def cutover(old: Side, new: Side, not_copied: tuple[str, ...] = (), *, sandbox: bool = False) -> tuple[Step, ...]:
    """The steps in their order. `not_copied` names what the new one lacks, such as `connection warehouse`."""
    mwaactl = "mwaactl --sandbox" if sandbox else "mwaactl"
    return tuple(_steps(old, new, not_copied, mwaactl))


def _steps(old: Side, new: Side, not_copied: tuple[str, ...], mwaactl: str) -> Iterator[Step]:
    if not_copied:
        yield Step(
            f"Enter in {new.name} what could not be copied: {', '.join(not_copied)}.", (f"{mwaactl} open {new.name}",)
        )
    yield Step(
        f"Try the DAGs in {new.name}, where all of them are paused: each is unpaused for its run, so pause it again.",
        (f"{mwaactl} dags run {new.name} DAG --unpause --wait", f"{mwaactl} airflow {new.name} -- dags pause DAG"),
    )
    yield Step(
        f"Pause the DAGs of {old.name}, and wait until none of its tasks runs: both must never work off one schedule.",
        (f"{mwaactl} airflow {old.name} -- dags pause DAG", f"{mwaactl} dags list {old.name}"),
    )
    yield Step(
        f"Unpause them in {new.name}. Their history begins there: a DAG with catchup runs from its start_date on.",
        (f"{mwaactl} airflow {new.name} -- dags unpause DAG",),
    )
    yield Step(f"Give {new.name} to all who call {old.name}: {'; '.join(_changes(old, new))}.")
    yield Step(
        f"Make {new.name} stay: in envs/{new.name}.yaml set protected: true, remove ttl, and write out what it "
        f"takes from envs/{old.name}.yaml, which it extends.",
        (f"{mwaactl} deploy {new.name}",),
    )
    yield Step(
        f"The way back, as long as {old.name} is there: pause the DAGs in {new.name}, and unpause them in {old.name}.",
        (f"{mwaactl} airflow {new.name} -- dags pause DAG", f"{mwaactl} airflow {old.name} -- dags unpause DAG"),
    )
    confirm = f" --confirm {old.name}" if old.is_protected else ""
    yield Step(f"When nobody needs {old.name} any more, destroy it.", (f"{mwaactl} destroy {old.name}{confirm}",))


def _changes(old: Side, new: Side) -> Iterator[str]:
    pairs = {
        "environment": (old.mwaa_name, new.mwaa_name),
        "web server": (old.webserver, new.webserver),
        "bucket": (old.bucket, new.bucket),
        "role": (old.role, new.role),
    }
    for what, (before, after) in pairs.items():
        if before != after:
            yield f"{what} {before or 'none'} becomes {after or 'none'}"
    if old.airflow_version[:1] == "2" and new.airflow_version[:1] == "3":
        yield "its REST API is /api/v2, no longer /api/v1"
