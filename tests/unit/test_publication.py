"""What a publish would change, and what it must leave alone."""

from __future__ import annotations

from mwaactl.model.publication import FileChange, Known, StoredObject, Wanted, difference_of
from mwaactl.model.release import Counts, Origin, Release, ReleasedFile, release_from_json

OLD, NEW = "1" * 64, "2" * 64


def wanted(path: str, digest: str = NEW) -> Wanted:
    return Wanted(path, digest, 20, is_dag=True)


def released(digest: str = OLD, etag: str = "e") -> ReleasedFile:
    return ReleasedFile(digest, 10, etag, "v")


def there(*keys: str, etag: str = "e") -> dict[str, StoredObject]:
    return {key: StoredObject(key, etag, 10) for key in keys}


def test_file_is_unchanged_only_when_record_and_listing_agree_with_what_is_wanted() -> None:
    known = Known({"dags/a.py": released()}, there("dags/a.py"), {})
    assert difference_of([wanted("a.py", OLD)], "dags", known).is_empty
    assert difference_of([wanted("a.py", NEW)], "dags", known).changed == (FileChange("dags/a.py", 20, 10),)
    touched = Known({"dags/a.py": released()}, there("dags/a.py", etag="other"), {})
    assert difference_of([wanted("a.py", OLD)], "dags", touched).changed == (FileChange("dags/a.py", 20, 10),)
    gone = Known({"dags/a.py": released()}, {}, {})
    assert difference_of([wanted("a.py", OLD)], "dags", gone).added == (FileChange("dags/a.py", 20, None),)


def test_file_that_nobody_of_us_published_is_told_apart_and_never_deleted() -> None:
    known = Known({}, there("dags/a.py", "dags/theirs.py"), {})
    found = difference_of([wanted("a.py")], "dags", known)
    assert found.overwritten == (FileChange("dags/a.py", 20, 10),)
    assert found.deleted == ()
    assert found.counts == Counts(0, 1, 0)


def test_only_what_is_ours_there_and_not_wanted_is_deleted() -> None:
    known = Known({"dags/a.py": released(), "dags/gone.py": released()}, there("dags/a.py", "dags/b.py"), {})
    assert difference_of([], "dags", known).deleted == (FileChange("dags/a.py", None, 10),)


def test_release_in_another_folder_is_deleted_there() -> None:
    known = Known({"old/a.py": released()}, {}, {})
    found = difference_of([wanted("a.py")], "dags", known)
    assert [change.key for change in found.added] == ["dags/a.py"]
    assert [change.key for change in found.deleted] == ["old/a.py"]


def test_journal_of_a_killed_publish_makes_ours_only_what_it_really_wrote() -> None:
    journal = {"dags/written.py": None, "dags/overwritten.py": "before", "dags/spared.py": "e", "dags/never.py": None}
    known = Known({}, there("dags/written.py", "dags/overwritten.py", "dags/spared.py"), journal)
    deleted = [change.key for change in difference_of([], "dags", known).deleted]
    assert deleted == ["dags/overwritten.py", "dags/written.py"]
    again = difference_of([wanted("written.py"), wanted("spared.py")], "dags", known)
    assert [change.key for change in again.changed] == ["dags/written.py"]
    assert [change.key for change in again.overwritten] == ["dags/spared.py"]


def test_record_of_version_1_is_read_and_that_of_version_2_comes_back_whole() -> None:
    first = b"""{"format_version": 1, "id": "i", "environment": "dev", "created_at": "t", "created_by": "me",
        "commit": null, "digest": "d", "files": {
        "dags/a.py": {"digest": "x", "size": 1, "etag": "e", "version_id": "v"},
        "dags/q.sql": {"digest": "y", "size": 1, "etag": "e", "version_id": "w"}}}"""
    old = release_from_json(first)
    assert (old.files["dags/a.py"].is_dag, old.files["dags/q.sql"].is_dag) == (True, False)
    assert (old.origin, old.airflow_version, old.artifacts) == (Origin(), "", {})
    new = Release("i", "dev", "t", "me", "c", "d", old.files, "3.0.6", Origin("promote", "r", "dev"), Counts(1, 2, 3))
    assert release_from_json(new.to_json()) == new
