"""Fixtures of the Terraform tests."""

from __future__ import annotations

from terraform.terraform_fixtures import terraform, tested

__all__ = ["terraform", "tested"]
