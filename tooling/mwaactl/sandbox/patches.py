"""Corrections of moto (5.2.5) without which Terraform's second plan would not be empty. Each names its symptom."""

from __future__ import annotations


def patch_moto() -> None:
    """Apply all corrections."""
