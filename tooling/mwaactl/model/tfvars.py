"""An environment as Terraform reads it: the variables of terraform/variables.tf and the S3 backend's settings."""

from __future__ import annotations

from typing import Any

import jinja2
import jinja2.sandbox

from mwaactl.errors import ConfigError, Problem
from mwaactl.model.environment import Environment
from mwaactl.model.hcl import hcl

OF_PUBLISH = ("allow", "dags", "keep_releases")
"""What Terraform need not know of `artifacts`."""


def root_variables(environment: Environment) -> dict[str, Any]:
    """The values of the root module's variables, in alphabetical order. What is not set is left out, but `retail`."""
    values = environment.model_dump(by_alias=True, exclude_none=True, exclude={"name", "policy", "protected", "ttl"})
    if environment.ttl:
        values["tags"] = {**values["tags"], "ttl": environment.ttl}
    artifacts = {key: path for key, path in values["artifacts"].items() if key not in OF_PUBLISH}
    if "plugins" in artifacts:
        artifacts["plugins"] = plugins_zip(environment)
    values["artifacts"] = artifacts
    if not environment.bucket.existing:
        values["bucket"]["name"] = environment.bucket_name
    values["environment"] = environment.name
    values.setdefault("retail", None)
    return {key: _sorted(values[key]) for key in sorted(values)}


def plugins_zip(environment: Environment) -> str:
    """Where the built plugins.zip of this environment lies, relative to the repository's root."""
    return f".mwaactl/{environment.name}/plugins.zip"


def backend_settings(environment: Environment, state_bucket: str) -> dict[str, Any]:
    """The partial configuration of Terraform's S3 backend. The lock is an object beside the state (Terraform 1.10)."""
    return {
        "allowed_account_ids": [environment.account_id],
        "bucket": state_bucket,
        "encrypt": True,
        "key": environment.state_key,
        "region": environment.region,
        "use_lockfile": True,
    }


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return value


class Template:
    """One Jinja template in a sandbox: no attributes beyond the data, no undefined names, one filter `hcl`."""

    def __init__(self, file: str, text: str) -> None:
        """`file` is the name shown in problems. Raises ConfigError with file and line for a syntax error."""
        self.file = file
        sandbox = jinja2.sandbox.SandboxedEnvironment(
            undefined=jinja2.StrictUndefined, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
        )
        sandbox.filters["hcl"] = _hcl_filter
        try:
            self._template = sandbox.from_string(text)
        except jinja2.TemplateSyntaxError as error:
            raise self._error(error.lineno, error.message or "syntax error") from None

    def render(self, values: dict[str, Any]) -> str:
        """The text with `values` in it. Raises ConfigError with file and line for an undefined name or a bad value."""
        try:
            return self._template.render(values)
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError) as error:
            names = ", ".join(sorted(values))
            message = f"{error}; known names: {names}" if isinstance(error, jinja2.UndefinedError) else str(error)
            raise self._error(_template_line(error), message) from None

    def _error(self, line: int, message: str) -> ConfigError:
        problem = Problem(self.file, line, 1, "", message)
        return ConfigError(f"the template {self.file} cannot be rendered", problems=[problem])


def _hcl_filter(value: object) -> str:
    if isinstance(value, jinja2.Undefined):
        str(value)  # raises what Jinja says of undefined names
    return hcl(value)


def _template_line(error: BaseException) -> int:
    """Jinja rewrites its tracebacks so that frames of the template carry the template's own line numbers."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
