"""What is known of two environments, and how it becomes rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mwaactl.model.comparison import UNKNOWN, ComparedSection, Comparison, Row
from mwaactl.model.environment import Environment
from mwaactl.model.plan import as_text
from mwaactl.model.redaction import masked
from mwaactl.model.release import Release

IDENTITY = (
    "account_id",
    "region",
    "mwaa.name",
    "bucket.name",
    "bucket.existing",
    "execution_role.existing",
    "network.vpc_cidr",
    "network.availability_zones",
    "network.existing",
)
"""Keys that differ between any two environments, or at least may."""

_VERSIONS = ("mwaa.airflow_version", "mwaa.environment_class")
_FREE_MAPS = ("mwaa.airflow_configuration_options.", "tags.")
"""Maps whose keys people choose: only there does a name say that the value is a secret."""

ARTIFACT_FILES = {"requirements": "requirements.txt", "startup_script": "startup.sh", "plugins": "plugins.zip"}
"""What each artifact is called in the bucket, wherever it lies there (modules/artifacts)."""

DIGEST_LENGTH = 12
_LONGEST_VALUE = 400

Values = Mapping[str, str | None]


@dataclass(frozen=True)
class Deployment:
    """What runs in AWS. `artifacts` are digests of what Terraform put into the bucket."""

    status: str
    airflow_version: str
    environment_class: str
    artifacts: Values = field(default_factory=dict)
    release: Release | None = None


@dataclass(frozen=True)
class Side:
    """What is known of one environment; `files` are digests of the files in the repository that it names.

    Without `deployment` it is not deployed, or, when `is_unknown`, AWS was not or could not be asked.
    """

    environment: Environment
    files: Values
    deployment: Deployment | None = None
    is_unknown: bool = False
    note: str = ""


def compare(a: Side, b: Side) -> Comparison:
    """All rows, equal ones too."""
    configured = [dict(leaves_of(side.environment)) for side in (a, b)]
    identity, others = zip(*(_parted(values, IDENTITY) for values in configured), strict=True)
    versions, configuration = zip(*(_parted(values, _VERSIONS) for values in others), strict=True)
    sections = [
        ComparedSection("identity", _rows(*identity), is_expected=True),
        ComparedSection("configuration", _by_key(_rows(*configuration))),
        ComparedSection("versions", (*_rows(*versions), *_rows(_live(a, _running), _live(b, _running)))),
        ComparedSection("artifacts", (*_rows(a.files, b.files), *_rows(_live(a, _artifacts), _live(b, _artifacts)))),
        ComparedSection("deployment", _rows(_live(a, _release), _live(b, _release)), is_expected=True),
    ]
    files = [_files(side) for side in (a, b)]
    if all(files):  # those of one alone would be nothing but a list
        sections.append(ComparedSection("DAG files", _by_key(_rows(*files))))
    notes = tuple(side.note for side in (a, b) if side.note)
    return Comparison(a.environment.name, b.environment.name, tuple(sections), notes)


def leaves_of(environment: Environment) -> Iterator[tuple[str, str | None]]:
    """Every value of the configuration by its dotted key, defaults filled in. The name is left out."""
    document = environment.model_dump(mode="json", by_alias=True)
    document.pop("name")
    yield from _leaves(document, "")


def _leaves(value: Any, key: str) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, f"{key}.{name}" if key else str(name))
    elif value is not None and value != []:
        yield key, as_text(value, 1 << 20)


def _parted(values: Values, keys: Iterable[str]) -> tuple[Values, Values]:
    wanted = tuple(keys)
    ours = {key for key in values if key in wanted or key.startswith(tuple(f"{one}." for one in wanted))}
    return {key: values[key] for key in values if key in ours}, {key: values[key] for key in values if key not in ours}


def _rows(a: Values, b: Values) -> tuple[Row, ...]:
    keys = dict.fromkeys([*a, *b])
    return tuple(_row(key, a.get(key), b.get(key)) for key in keys if not a.get(key) == b.get(key) == UNKNOWN)


def _by_key(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: row.key))


def _row(key: str, a: str | None, b: str | None) -> Row:
    differs = a != b and UNKNOWN not in (a, b)
    return Row(key, _shown(key, a), _shown(key, b), differs)


def _shown(key: str, value: str | None) -> str | None:
    if value is None:
        return None
    free = next((prefix for prefix in _FREE_MAPS if key.startswith(prefix)), "")
    name = key.removeprefix(free) if free else ""
    return as_text(masked(name, value), _LONGEST_VALUE)


def _live(side: Side, values: Callable[[Deployment | None], Values]) -> Values:
    found = values(side.deployment)
    return dict.fromkeys(found, UNKNOWN) if side.is_unknown else found


def _running(deployment: Deployment | None) -> Values:
    return {
        "Airflow in AWS": deployment.airflow_version if deployment else None,
        "class in AWS": deployment.environment_class if deployment else None,
    }


def _artifacts(deployment: Deployment | None) -> Values:
    found = deployment.artifacts if deployment else {}
    return {f"{key} in the bucket": found.get(key) for key in ARTIFACT_FILES.values()}


def _release(deployment: Deployment | None) -> Values:
    release = deployment.release if deployment else None
    return {
        "status": deployment.status if deployment else None,
        "release": release.id if release else None,
        "commit": release.commit if release else None,
        "published": release.created_at if release else None,
        "published by": release.created_by if release else None,
    }


def _files(side: Side) -> Values:
    if side.deployment is None or side.deployment.release is None:
        return {}
    files, folder = side.deployment.release.files, f"{side.environment.mwaa.dag_s3_path}/"
    return {key.removeprefix(folder): files[key].digest[:DIGEST_LENGTH] for key in sorted(files)}
