"""The steps from one environment to another."""

from __future__ import annotations

from dataclasses import replace

from mwaactl.model.cutover import Side, cutover

OLD = Side("prod", "retail-prod", "2.10.3", "old-bucket", "arn:role/old", "old.example", is_protected=True)
NEW = Side("next", "retail-next", "3.3.1", "new-bucket", "arn:role/new", "new.example")


def whole(*arguments: object, **options: object) -> str:
    steps = cutover(*arguments, **options)  # type: ignore[arg-type]
    return "\n".join(line for step in steps for line in (step.text, *step.commands))


def test_every_address_that_changes_is_named() -> None:
    text = whole(OLD, NEW)
    for change in (
        "environment retail-prod becomes retail-next",
        "web server old.example becomes new.example",
        "bucket old-bucket becomes new-bucket",
        "role arn:role/old becomes arn:role/new",
        "/api/v2, no longer /api/v1",
    ):
        assert change in text
    assert "role" not in whole(OLD, replace(NEW, role=OLD.role)).split("Give next")[1].split("\n")[0]
    assert "/api/v2" not in whole(OLD, replace(NEW, airflow_version="2.11.2"))


def test_old_one_is_paused_before_the_new_one_is_unpaused_and_destroyed_last() -> None:
    lines = whole(OLD, NEW).splitlines()
    assert lines.index("mwaactl airflow prod -- dags pause DAG") < lines.index(
        "mwaactl airflow next -- dags unpause DAG"
    )
    assert lines[-1] == "mwaactl destroy prod --confirm prod"
    assert whole(replace(OLD, is_protected=False), NEW).endswith("mwaactl destroy prod")


def test_what_could_not_be_copied_comes_first() -> None:
    first = cutover(OLD, NEW, ("connection warehouse", "variable api_key"))[0]
    assert first.text == "Enter in next what could not be copied: connection warehouse, variable api_key."
    assert "could not be copied" not in whole(OLD, NEW)


def test_commands_name_the_sandbox_where_it_is_one() -> None:
    commands = [command for step in cutover(OLD, NEW, sandbox=True) for command in step.commands]
    assert all(command.startswith("mwaactl --sandbox ") for command in commands)
