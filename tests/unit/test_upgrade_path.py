"""Upgrades: which way MWAA goes from version to version, and the one line of YAML that changes."""

from __future__ import annotations

from datetime import date

import pytest

from mwaactl.errors import ConfigError
from mwaactl.model.dags.requirement_lines import packages_of
from mwaactl.model.plan import Action, Plan, ResourceChange
from mwaactl.model.source import MOST_VALUES
from mwaactl.model.upgrade_path import UpgradePath, Way, is_in_place, not_kept, numbers, pin_changes, upgrade_path
from mwaactl.model.version_edit import with_version

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        ("2.10.3", "2.11.2", Way.TERRAFORM),
        ("2.7.2", "2.11.0", Way.TERRAFORM),
        ("2.11.0", "2.11.2", Way.TERRAFORM),
        ("3.0.6", "3.3.1", Way.TERRAFORM),
        ("2.10.3", "2.10.1", Way.TERRAFORM),
        ("3.3.1", "3.2.1", Way.TERRAFORM),
        ("3.3.1", "2.11.2", Way.TERRAFORM),
        ("3.0.6", "2.11.0", Way.TERRAFORM),
        ("2.11.2", "3.0.6", Way.API),
        ("2.11.0", "3.3.1", Way.API),
        ("2.10.3", "3.0.6", Way.REFUSED),
        ("2.9.2", "3.3.1", Way.REFUSED),
        ("3.0.6", "2.10.3", Way.REFUSED),
        ("1.10.12", "2.11.2", Way.REFUSED),
        ("1.10.12", "3.3.1", Way.REFUSED),
        ("unknown", "2.11.2", Way.REFUSED),
        ("2.10.3", "2.10.3", Way.NOTHING),
        ("2.6.3", "2.6.3", Way.NOTHING),
    ],
)
def test_way_follows_the_guide(before: str, after: str, way: Way) -> None:
    path = upgrade_path(before, after, TODAY)
    assert (path.before, path.after, path.way) == (before, after, way)


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [
        ("2.10.3", "3.3.1", ("2.11.2", "3.3.1")),
        ("3.3.1", "2.9.2", ("2.11.2", "2.9.2")),
        ("1.10.12", "3.3.1", ()),
        ("1.10.12", "2.10.3", ()),
        ("2.10.3", "2.11.2", ()),
    ],
)
def test_what_is_refused_names_the_versions_between(before: str, after: str, steps: tuple[str, ...]) -> None:
    assert upgrade_path(before, after, TODAY).steps == steps


@pytest.mark.parametrize(
    ("version", "words", "hint"),
    [
        ("2.11.1", "does not offer Airflow '2.11.1'", "did you mean 2.11."),
        ("3.3", "does not offer", "did you mean 3.3.1?"),
        ("latest", "does not offer", "versions: 3.3.1, 3.2.1, 3.0.6, 2.11.2"),
        ("", "does not offer", "versions: "),
        ("2.6.3", "ended on 2025-12-30", "versions: 3.3.1"),
        ("1.10.12", "ended on 2024-02-21", "versions: 3.3.1"),
    ],
)
def test_version_that_mwaa_does_not_offer_is_a_mistake(version: str, words: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=words) as raised:
        upgrade_path("2.10.3", version, TODAY)
    assert hint in str(raised.value.hint)


def warnings(before: str, after: str) -> str:
    found: UpgradePath = upgrade_path(before, after, TODAY)
    return " ".join(found.warnings)


def test_what_deserves_a_thought_is_a_warning() -> None:
    assert warnings("2.10.3", "2.11.2") == ""
    assert "goes back from Airflow 2.10.3 to 2.9.2: MWAA does that" in warnings("2.10.3", "2.9.2")
    assert "goes back from Airflow 3.3.1 to 2.11.2" in warnings("3.3.1", "2.11.2")
    assert "rehearse it in a clone" in warnings("2.11.2", "3.3.1")
    assert "that is 2.11.2" not in warnings("2.11.2", "3.3.1")
    assert "that is 2.11.2, not 2.11.0" in warnings("2.11.0", "3.3.1")
    assert "support of Airflow 2.6.3 has ended" in warnings("2.6.3", "2.11.2")


@pytest.mark.parametrize("version", ["", None, "unknown", "2.x", "2..1", "v2.10.3"])
def test_no_version_has_no_numbers_and_goes_nowhere(version: object) -> None:
    assert numbers(version) == ()
    assert not is_in_place(numbers(version), (2, 11, 2))


def test_pins_that_change_are_told_by_package() -> None:
    changes = {change.package: change for change in pin_changes("2.10.3", "2.11.2")}
    assert (changes["apache-airflow"].before, changes["apache-airflow"].after) == ("2.10.3", "2.11.2")
    assert all(change.before != change.after for change in changes.values())
    assert pin_changes("2.10.3", "2.10.3") == ()


def test_pins_of_what_requirements_ask_for_come_first() -> None:
    text = "# celery\n--constraint x\nPandas [a]>=3 # why\nFlask_Caching\nhttps://x.org/celery.zip\n./kombu.whl\n"
    asked = packages_of(text)
    assert asked == {"pandas", "flask-caching"}
    changes = pin_changes("2.10.3", "2.11.2", asked)
    assert [change.package for change in changes if change.is_asked] == ["flask-caching"]
    assert changes[0].is_asked
    assert [change.package for change in changes[1:]] == sorted(change.package for change in changes[1:])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # In its own line, whatever quotes and comments there are.
        ('mwaa:\n  airflow_version: "2.10.3" # why\n  x: 1\n', 'mwaa:\n  airflow_version: "2.11.2" # why\n  x: 1\n'),
        ("mwaa:\n    airflow_version: '2.10.3'\n", 'mwaa:\n    airflow_version: "2.11.2"\n'),
        ("mwaa:\n  airflow_version:   2.10.3\n", 'mwaa:\n  airflow_version:   "2.11.2"\n'),
        ('mwaa: {x: 1, airflow_version: "2.10.3"} # c\n', 'mwaa: {x: 1, airflow_version: "2.11.2"} # c\n'),
        ('mwaa:\r\n  airflow_version: "2.10.3"\r\n', 'mwaa:\r\n  airflow_version: "2.11.2"\r\n'),
        ('mwaa:\n  airflow_version:\n    "2.10.3"\n', 'mwaa:\n  airflow_version:\n    "2.11.2"\n'),
        ('\ufeffmwaa: {airflow_version: "2.10.3"}\n', '\ufeffmwaa: {airflow_version: "2.11.2"}\n'),
        # Inherited: a line of its own, below mwaa.
        (
            "extends: defaults\nmwaa: # the size\n  # small\n  environment_class: mw1.small\n",
            'extends: defaults\nmwaa: # the size\n  airflow_version: "2.11.2"\n  # small\n'
            "  environment_class: mw1.small\n",
        ),
        ("mwaa:\r\n    x: 1\r\n", 'mwaa:\r\n    airflow_version: "2.11.2"\r\n    x: 1\r\n'),
        ("mwaa: { x: 1 }\ny: 2\n", 'mwaa: { airflow_version: "2.11.2", x: 1 }\ny: 2\n'),
        ("mwaa: {}\n", 'mwaa: { airflow_version: "2.11.2" }\n'),
        ("extends: defaults\n", 'extends: defaults\n\nmwaa:\n  airflow_version: "2.11.2"\n'),
        ("extends: defaults", 'extends: defaults\n\nmwaa:\n  airflow_version: "2.11.2"\n'),
    ],
)
def test_version_is_changed_in_one_line_and_all_else_stays(before: str, after: str) -> None:
    assert with_version("envs/dev.yaml", before.encode(), "2.11.2").decode() == after


@pytest.mark.parametrize(
    "text",
    [
        'other: &v "2.10.3"\nmwaa: {airflow_version: *v}\n',
        'mwaa: &m\n  airflow_version: "2.10.3"\ntags: *m\n',
        "mwaa: null\nx: 1\n",
        "mwaa:\n  airflow_version: [2]\n",
        "{extends: defaults}\n",
        "mwaa: [\n",
        "",
        "x: " + "[1, " * MOST_VALUES,
    ],
)
def test_file_that_one_line_would_change_otherwise_is_left_to_its_author(text: str) -> None:
    with pytest.raises(ConfigError, match="does not edit") as raised:
        with_version("envs/dev.yaml", text.encode(), "2.11.2")
    assert 'mwaa.airflow_version: "2.11.2"' in str(raised.value.hint)


def test_plan_that_would_lose_the_environment_is_no_upgrade_in_place() -> None:
    address = "module.mwaa.aws_mwaa_environment.this"
    kept = ResourceChange(address, "aws_mwaa_environment", Action.UPDATE)
    lost = ResourceChange(address, "aws_mwaa_environment", Action.REPLACE)
    harmless = ResourceChange("module.x.aws_sns_topic.this", "aws_sns_topic", Action.DELETE)
    assert not_kept(Plan("dev", (kept, harmless)), "dev") == ()
    [finding] = not_kept(Plan("dev", (lost, harmless)), "dev")
    assert (finding.address, finding.hint) == (address, "deploy that first: mwaactl deploy dev")
    assert not_kept(Plan("dev", (lost,)), "dev", [address]) == ()
