"""Terraform, driven as HashiCorp's terraform-exec does: pure argument lists, JSON events, scrubbed environment."""

from mwaactl.adapters.terraform.binary import Terraform
from mwaactl.adapters.terraform.formatting import format_findings
from mwaactl.adapters.terraform.workspace import SavedPlan, Workspace

__all__ = ["SavedPlan", "Terraform", "Workspace", "format_findings"]
