"""Fixtures of the integration tests."""

from __future__ import annotations

from sandbox_fixtures import ground, sandbox, state

__all__ = ["ground", "sandbox", "state"]
