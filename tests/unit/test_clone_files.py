"""What is remembered of a clone that is being made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mwaactl.adapters.clone_records import CloneRecord, load_clone, save_clone
from mwaactl.model.clone import CloneWish

WISH = CloneWish("prod", "perf", ttl="8h", copies_secrets=True)


def test_record_is_read_back_as_it_was(tmp_path: Path) -> None:
    record = CloneRecord(WISH, "20261124T0000-abc", ("envs/perf.yaml",), ("files", "apply"))
    save_clone(tmp_path / "perf", record)
    assert load_clone(tmp_path / "perf") == record
    assert load_clone(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"wish": {"source": "prod"}}', '{"wish": 1, "release": ""}'])
def test_damaged_record_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "clone.json").write_text(text)
    assert load_clone(tmp_path) is None


def test_wish_is_told_as_it_would_be_typed() -> None:
    assert WISH.words == "mwaactl clone prod perf --ttl 8h --with-secrets"
    everything = replace(
        WISH, environment_class="mw1.small", region="eu-west-2", is_snapshot=True, copies_objects=False
    )
    assert everything.words == (
        "mwaactl clone prod perf --class mw1.small --region eu-west-2 --ttl 8h --snapshot --no-copy --with-secrets"
    )
    assert replace(WISH, ttl=None).words == "mwaactl clone prod perf --ttl none --with-secrets"
