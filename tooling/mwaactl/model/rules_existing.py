"""Rules of what was there before: the name of an environment, its bucket, its role, and objects in its bucket."""

from __future__ import annotations

from collections.abc import Iterator

from mwaactl.model.environment import Environment
from mwaactl.model.finding import Finding

ARTIFACTS = ("plugins", "requirements", "startup_script")
FIELDS = tuple(f"mwaa.{name}_s3_{what}" for name in ARTIFACTS for what in ("path", "object_version"))

_OUTSIDE = "is set for what mwaactl makes, and cannot go with existing"


def bucket(environment: Environment) -> Iterator[Finding]:
    """Nothing is set on a bucket that is left as it is."""
    given = environment.bucket
    for field in ("name", "access_log_bucket") if given.existing else ():
        if getattr(given, field) is not None:
            yield Finding(("bucket", field), _OUTSIDE, hint=f"remove it, or write {field}: null")
    if given.existing and given.force_destroy:
        message = "cannot be true for an existing bucket: mwaactl neither empties nor deletes it"
        yield Finding(("bucket", "force_destroy"), message, allowed="false")


def role(environment: Environment) -> Iterator[Finding]:
    """Nothing is added to a role that is left as it is."""
    given = environment.execution_role
    if not given.existing:
        return
    wanted = {
        "services": bool(given.services.model_dump(exclude_none=True)),
        "policy_files": bool(given.policy_files),
        "permissions_boundary": given.permissions_boundary is not None,
    }
    for field in (name for name, is_set in wanted.items() if is_set):
        hint = "add it to the role where the role is made, or remove existing: a new role is made then"
        yield Finding(("execution_role", field), _OUTSIDE, hint=hint)


def role_account(environment: Environment) -> Iterator[Finding]:
    arn = environment.execution_role.existing
    if arn and arn.split(":")[4] != environment.account_id:
        message = f"is a role of account {arn.split(':')[4]}; MWAA takes one of its own account"
        yield Finding(("execution_role", "existing"), message, allowed=f"a role of {environment.account_id}")


def sample(environment: Environment) -> Iterator[Finding]:
    """The sample's tasks need statements that only a role of ours gets."""
    if environment.retail and environment.execution_role.existing:
        message = "cannot go with execution_role.existing: its tasks may not use what is made for them"
        yield Finding(("retail",), message, hint="write retail: null")


def artifacts(environment: Environment) -> Iterator[Finding]:
    """One source for each: a file of this repository, or an object that lies in the bucket."""
    for name in ARTIFACTS:
        path, version = f"{name}_s3_path", f"{name}_s3_object_version"
        key = getattr(environment.mwaa, path)
        if key and getattr(environment.artifacts, name):
            hint = f"keep one of the two; artifacts.{name}: null leaves the object that is there"
            yield Finding(("mwaa", path), f"cannot go with artifacts.{name}, which is uploaded instead", hint=hint)
        if not key and getattr(environment.mwaa, version):
            yield Finding(("mwaa", version), f"is the version of nothing: {path} is not set", hint=f"set {path}")
