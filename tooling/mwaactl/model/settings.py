"""[tool.mwaactl] of pyproject.toml: settings of the tool itself. A flag or MWAACTL_* goes before them."""

from __future__ import annotations

from pydantic import Field

from mwaactl.model.bucket import BucketName
from mwaactl.model.fields import Section


class Settings(Section):
    """Everything has a default, and nothing here changes what an environment is but for where its state lies."""

    state_bucket: BucketName | None = Field(
        None, description="Bucket of the Terraform state, instead of <project>-terraform-state-<account_id>-<region>."
    )
    terraform: str | None = Field(None, description="Path or name of the Terraform or OpenTofu program.")
