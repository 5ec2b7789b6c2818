"""What the policy gate holds this environment to, beyond the checks that hold for all."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mwaactl.model import catalog
from mwaactl.model.fields import Distinct, OneOf, Section


class Policy(Section):
    """Caps and promises; what is left out is not limited."""

    environment_classes: Annotated[
        tuple[Annotated[str, OneOf(tuple(known.name for known in catalog.environment_classes()))], ...],
        Distinct(0, 10, "classes"),
    ] = Field((), description="Classes that this environment may have (CKV_MWAA_18); none = any.")
    max_workers: int | None = Field(None, ge=1, le=25, description="Most workers it may ask for (CKV_MWAA_19).")
    required_tags: Annotated[tuple[str, ...], Distinct(0, 50, "tags")] = Field(
        (), description="Tags that every resource must carry (CKV_MWAA_20)."
    )
    max_deletions: int = Field(
        10, ge=0, le=1000, description="More deletions and replacements than this in one plan are refused."
    )
    monthly_budget: int | None = Field(
        None, ge=1, le=1_000_000, description="USD per month that the estimate of `mwaactl cost` may reach."
    )
