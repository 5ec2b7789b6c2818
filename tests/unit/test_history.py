"""Which release is meant, where a rollback goes, and which records stay."""

from __future__ import annotations

from typing import Any

import pytest

from mwaactl.errors import ConfigError, NotReady
from mwaactl.model.history import History, in_order, surplus, unfinished
from mwaactl.model.release import Origin, Release


def release(number: int, content: str = "", previous: int | None = None, **others: Any) -> Release:
    """Release `number`, with a content of its own unless `content` says otherwise."""
    values = {"created_by": "me", "commit": None, "files": {}, "airflow_version": "2.10.3", **others}
    return Release(
        id=name(number),
        environment="dev",
        created_at=f"2026-11-23T00:00:{number:02}+00:00",
        digest=content or f"content {number}",
        previous=None if previous is None else name(previous),
        **values,
    )


def name(number: int) -> str:
    return f"20261123T0000{number:02}-abcdef01"


def rollback(number: int, to: int, content: str, previous: int) -> Release:
    return release(number, content, previous, origin=Origin("rollback", name(to)))


def history(*releases: Release) -> History:
    """The last of `releases` is the current one."""
    by_id = {one.id: one for one in releases}
    return History("dev", tuple(sorted(by_id, reverse=True)), releases[-1] if releases else None, by_id.get)


THREE = (release(1), release(2, previous=1), release(3, previous=2))


def test_rollback_goes_to_what_the_current_release_was_published_over() -> None:
    assert history(*THREE).rollback_target().id == name(2)


def test_second_rollback_goes_one_further_back_and_never_forth() -> None:
    once = (*THREE, rollback(4, 2, "content 2", 3))
    assert history(*once).rollback_target().id == name(1)
    twice = (*once, rollback(5, 1, "content 1", 4))
    with pytest.raises(NotReady, match="earlier than its current content"):
        history(*twice).rollback_target()


def test_rollback_of_a_rollback_named_by_hand_goes_back_from_the_content_it_restored() -> None:
    again = (*THREE, rollback(4, 2, "content 2", 3), release(5, previous=4), rollback(6, 4, "content 2", 5))
    assert history(*again).rollback_target().id == name(1)


def test_rollback_after_a_fix_returns_to_what_the_fix_was_published_over() -> None:
    fixed = (*THREE, rollback(4, 2, "content 2", 3), release(5, previous=4))
    assert history(*fixed).rollback_target().id == name(4)


def test_rollback_passes_over_releases_of_the_same_content() -> None:
    mended = (release(1), release(2, "same", 1), release(3, "same", 2))
    assert history(*mended).rollback_target().id == name(1)


def test_records_of_version_1_are_followed_by_their_ids() -> None:
    old = tuple(release(number, airflow_version="") for number in (1, 2, 3))
    assert history(*old).rollback_target().id == name(2)


def test_removed_predecessor_is_passed_over() -> None:
    assert history(release(1), release(4, previous=3)).rollback_target().id == name(1)


def test_nothing_is_older_than_the_first_release_whatever_its_clock_said() -> None:
    with pytest.raises(NotReady):
        history(release(1, previous=5), release(5)).rollback_target()


def test_rollback_ends_although_damaged_records_point_at_each_other() -> None:
    circle = (release(1, "same", 2), release(2, "same", 1))
    with pytest.raises(NotReady):
        history(*circle).rollback_target()
    mirror = (rollback(1, 2, "same", 2), rollback(2, 1, "same", 1))
    with pytest.raises(NotReady):
        history(*mirror).rollback_target()


def test_release_is_named_by_words_ids_and_unique_beginnings() -> None:
    known = history(*THREE)
    assert known.named("current").id == name(3)
    assert known.named("previous").id == name(2)
    assert known.named(name(1)).id == name(1)
    assert known.named("20261123T000001").id == name(1)


def test_whole_id_is_meant_although_another_one_begins_with_it() -> None:
    twin = release(3)
    object.__setattr__(twin, "id", f"{name(3)}-2")
    assert history(*THREE, twin).named(name(3)).id == name(3)


@pytest.mark.parametrize(
    ("wanted", "message"), [("2026", "begins several"), ("2027", "no release"), ("", "no release")]
)
def test_ambiguous_or_unknown_name_is_refused(wanted: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        history(*THREE).named(wanted)


def test_environment_without_releases_says_what_to_do() -> None:
    with pytest.raises(NotReady) as caught:
        history().named("current")
    assert caught.value.hint == "mwaactl publish dev"


def test_order_follows_the_records_where_a_clock_was_wrong() -> None:
    late = release(9, previous=1)  # published from a machine whose clock was ahead
    after = release(3, previous=9)
    assert [one.id for one in in_order([release(1), late, after], after)] == [name(3), name(9), name(1)]


def test_order_keeps_records_that_nothing_links() -> None:
    assert [one.id for one in in_order([release(1), release(3), release(2)], None)] == [name(3), name(2), name(1)]


def test_record_of_a_killed_run_is_told_from_releases() -> None:
    killed = release(2, "half", 1)
    assert unfinished([release(1), killed, release(3, previous=1)], release(3, previous=1)) == {name(2)}
    assert unfinished(THREE, THREE[-1]) == frozenset()


def test_newest_records_stay_and_those_that_a_rollback_needs() -> None:
    ids = [name(number) for number in range(1, 7)]
    assert surplus(ids, 3, frozenset({name(1)})) == (name(3), name(2))
    assert surplus(ids, 6, frozenset()) == ()


def test_needed_are_the_current_release_what_it_restored_and_where_a_rollback_goes() -> None:
    assert history(*THREE, rollback(4, 2, "content 2", 3)).needed() == {name(4), name(2), name(1)}
    assert history().needed() == frozenset()
