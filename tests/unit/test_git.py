"""What git is asked, with the real git on real repositories."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mwaactl.adapters.git import base_text, changes_since, current_commit, merge_base, text_at
from mwaactl.errors import ConfigError, ToolMissing
from unit.git_repository import Repository, new_repository

pytestmark = pytest.mark.spread


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """main with one commit, and a branch `topic` checked out."""
    found = new_repository(tmp_path_factory.mktemp("pattern") / "clone")
    found.commit({"old.txt": "old", "gone.txt": "a text that git would recognise", "same.txt": "same"})
    found.git("switch", "--quiet", "--create", "topic")
    return found


@pytest.fixture
def repository(pattern: Repository, tmp_path: Path) -> Repository:
    return pattern.copy(tmp_path / "clone")


def executable(path: Path, canary: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch '{canary}'\ncat \"$1\" 2>/dev/null\n")
    path.chmod(0o755)
    return path


def test_commit_of_a_clean_work_tree_is_its_head(repository: Repository) -> None:
    assert current_commit(repository.root) == repository.git("rev-parse", "main")


def test_commit_of_a_changed_work_tree_says_so(repository: Repository) -> None:
    repository.write({"new.txt": "new"})
    assert current_commit(repository.root) == repository.git("rev-parse", "HEAD") + "+changes"


def test_commit_outside_of_git_is_none(tmp_path: Path) -> None:
    assert current_commit(tmp_path) is None


def test_commit_without_git_is_none(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert current_commit(repository.root) is None


def test_changes_of_an_untouched_branch_are_none(repository: Repository) -> None:
    changes = changes_since(repository.root, "main")
    assert changes.base == repository.git("rev-parse", "main")
    assert (changes.files, changes.new, changes.prefix) == ((), frozenset(), "")


def test_changes_are_committed_staged_unstaged_and_untracked_ones(repository: Repository) -> None:
    repository.commit({"committed.txt": "x"})
    repository.write({"staged.txt": "x", "old.txt": "unstaged", "a/b/untracked.txt": "x"})
    repository.git("add", "staged.txt")
    changes = changes_since(repository.root, "main")
    assert changes.files == ("a/b/untracked.txt", "committed.txt", "old.txt", "staged.txt")
    assert changes.new == {"a/b/untracked.txt", "committed.txt", "staged.txt"}


def test_changes_taken_back_only_in_the_work_tree_still_count(repository: Repository) -> None:
    repository.commit({"old.txt": "changed"})
    repository.write({"old.txt": "old"})
    assert changes_since(repository.root, "main").files == ("old.txt",)


@pytest.mark.parametrize("is_committed", [True, False])
def test_changes_of_a_rename_are_both_paths(repository: Repository, is_committed: bool) -> None:
    repository.git("mv", "gone.txt", "here.txt")
    if is_committed:
        repository.commit()
    changes = changes_since(repository.root, "main")
    assert (changes.files, changes.new) == (("gone.txt", "here.txt"), {"here.txt"})


def test_changes_leave_out_what_happened_on_the_other_branch(repository: Repository) -> None:
    repository.commit({"ours.txt": "x"})
    repository.git("switch", "--quiet", "main")
    repository.commit({"theirs.txt": "x"})
    repository.git("switch", "--quiet", "topic")
    assert changes_since(repository.root, "main").files == ("ours.txt",)


def test_file_added_and_removed_again_was_never_there(repository: Repository) -> None:
    repository.commit({"short.txt": "x"})
    repository.write({"short.txt": None, "gone.txt": None})
    changes = changes_since(repository.root, "main")
    assert (changes.files, changes.new) == (("gone.txt", "short.txt"), {"short.txt"})


@pytest.mark.parametrize("name", ["with space.txt", "zürich-✓.txt", "two\nlines.txt", 'quo"te.txt', " -> .txt", "R  x"])
@pytest.mark.parametrize("is_committed", [True, False])
def test_names_of_any_kind_come_through(repository: Repository, name: str, is_committed: bool) -> None:
    repository.write({name: "x"})
    if is_committed:
        repository.commit()
    assert changes_since(repository.root, "main").files == (name,)


def test_paths_count_from_the_project_where_it_is_a_subfolder(repository: Repository) -> None:
    repository.commit({"infra/air flow/envs/dev.yaml": "x", "infra/shared/main.tf": "x"})
    repository.write({"infra/air flow/dags/one.py": "x", "README.md": "x"})
    changes = changes_since(repository.root / "infra/air flow", "main")
    assert changes.prefix == "infra/air flow/"
    assert changes.files == ("../../README.md", "../shared/main.tf", "dags/one.py", "envs/dev.yaml")


@pytest.mark.parametrize(
    ("patterns", "is_ignored"),
    [("dev.yaml", True), ("envs/", True), ("/project/", True), ("*", True), ("*.pyc", False), ("dev.yaml.bak", False)],
)
def test_ignored_files_are_known_as_such(repository: Repository, patterns: str, is_ignored: bool) -> None:
    repository.commit({".gitignore": patterns})
    repository.write({"project/envs/dev.yaml": "x", "project/envs/x.pyc": "x"})
    changes = changes_since(repository.root / "project", "main")
    assert changes.is_ignored("envs/dev.yaml") is is_ignored
    assert ("envs/dev.yaml" in changes.files) is not is_ignored


def test_gitmodules_cannot_hide_a_changed_submodule(repository: Repository) -> None:
    modules = '[submodule "x"]\n\tpath = modules/x\n\turl = ./x\n\tignore = all\n'
    (repository.root / "modules/x").mkdir(parents=True)
    repository.write({".gitmodules": modules})
    repository.git("add", "--all")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},modules/x")
    repository.git("commit", "--quiet", "--message", "Add a module")
    repository.git("branch", "--force", "main")
    repository.git("update-index", "--cacheinfo", f"160000,{'2' * 40},modules/x")
    assert changes_since(repository.root, "main").files == ("modules/x",)
    repository.git("commit", "--quiet", "--message", "Move the module")
    assert changes_since(repository.root, "main").files == ("modules/x",)


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"])
def test_variables_of_another_repository_are_not_followed(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    repository.commit({"ours.txt": "x"})
    monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert changes_since(repository.root, "main").files == ("ours.txt",)
    assert base_text(repository.root, "main", "same.txt") == "same"


def test_nothing_of_the_repository_runs(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = tmp_path / "canary"
    program = executable(repository.root / "tools/program", canary)
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "query-watchman"):
        executable(repository.root / ".hooks" / hook, canary)
    repository.commit({".gitattributes": "* diff=evil\n", "old.txt": "changed"})
    settings = {
        "core.fsmonitor": str(program),
        "core.hooksPath": ".hooks",
        "core.pager": str(program),
        "diff.external": str(program),
        "diff.evil.textconv": str(program),
        "diff.evil.command": str(program),
        "pager.status": "true",
        "alias.status": f"!{program}",
    }
    for key, value in settings.items():
        repository.git("config", key, value)
    canary.unlink(missing_ok=True)
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(program))
    monkeypatch.setenv("GIT_PAGER", str(program))
    repository.write({"same.txt": "changed"})
    assert "same.txt" in changes_since(repository.root, "main").files
    assert base_text(repository.root, "main", "old.txt") == "old"
    assert current_commit(repository.root)
    assert not canary.exists()


def test_repository_that_lies_among_the_files_is_not_entered(repository: Repository, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    program = executable(tmp_path / "program", canary)
    bare = new_repository(repository.root / "project")
    (bare.root / ".git").rename(repository.root / "inner")
    (repository.root / "project").rmdir()
    (repository.root / "inner").rename(repository.root / "project")
    (repository.root / "project/config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = {program}\n"
    )
    with pytest.raises(ConfigError, match="no work tree"):
        changes_since(repository.root / "project", "main")
    assert not canary.exists()


def test_index_is_left_as_it_is(repository: Repository) -> None:
    os.utime(repository.root / "same.txt", (1, 1))  # a new time stamp, which `git status` would like to note
    before = (repository.root / ".git/index").read_bytes()
    changes_since(repository.root, "main")
    assert (repository.root / ".git/index").read_bytes() == before
    assert not (repository.root / ".git/index.lock").exists()


@pytest.mark.parametrize("since", ["", "-x", "^main", "--output=canary.txt", "--end-of-options", "ma\nin", "main\0"])
def test_name_that_is_no_commit_is_refused_unasked(repository: Repository, since: str) -> None:
    with pytest.raises(ConfigError, match="is no name of a commit"):
        changes_since(repository.root, since)
    assert not (repository.root / "canary.txt").exists()


@pytest.mark.parametrize("since", ["nowhere", "0" * 40, "main..topic", "main:old.txt", "main topic"])
def test_unknown_commit_says_how_to_get_it(repository: Repository, since: str) -> None:
    with pytest.raises(ConfigError, match="knows no commit") as caught:
        changes_since(repository.root, since)
    assert "git fetch" in str(caught.value.hint)
    assert "fetch-depth: 0" in str(caught.value.hint)


@pytest.mark.parametrize("since", ["HEAD~1", "v1", "main", "refs/heads/main", "HEAD^", "@~1"])
def test_commits_can_be_named_in_all_ways_of_git(repository: Repository, since: str) -> None:
    repository.git("tag", "--annotate", "--message", "one", "v1", "main")
    repository.commit({"ours.txt": "x"})
    assert merge_base(repository.root, since) == repository.git("rev-parse", "main")


def test_branch_that_exists_only_at_the_remote_is_suggested(repository: Repository) -> None:
    repository.git("update-ref", "refs/remotes/origin/trunk", "main")
    with pytest.raises(ConfigError) as caught:
        changes_since(repository.root, "trunk")
    assert caught.value.hint == "did you mean origin/trunk?"


def test_shallow_clone_without_common_commit_says_so(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"ours.txt": "x"})
    repository.git("switch", "--quiet", "main")
    repository.commit({"theirs.txt": "x"})
    shallow = tmp_path / "shallow"
    arguments = ("--quiet", "--depth=1", "--no-single-branch", "--branch=topic")
    repository.git("clone", *arguments, repository.root.as_uri(), str(shallow))
    with pytest.raises(
        ConfigError, match=r"no common ancestor of origin/main and HEAD: this clone is shallow"
    ) as caught:
        changes_since(shallow, "origin/main")
    assert "fetch-depth: 0" in str(caught.value.hint)


def test_unrelated_histories_are_told_apart_from_shallow_ones(repository: Repository) -> None:
    repository.git("switch", "--quiet", "--orphan", "alone")
    repository.commit({"alone.txt": "x"})
    with pytest.raises(ConfigError, match="their histories are unrelated"):
        changes_since(repository.root, "main")


def test_repository_without_a_commit_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no commit yet"):
        changes_since(new_repository(tmp_path / "fresh").root, "main")


def test_folder_outside_of_git_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"finds no work tree at .*not a git repository") as caught:
        changes_since(tmp_path, "main")
    assert caught.value.exit_code == 2


def test_missing_git_is_a_missing_tool(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ToolMissing, match="git cannot be run") as caught:
        changes_since(repository.root, "main")
    assert caught.value.hint == "install git"


def test_base_text_is_that_of_the_merge_base(repository: Repository) -> None:
    repository.commit({"old.txt": "ours"})
    repository.git("switch", "--quiet", "main")
    repository.commit({"old.txt": "theirs"})
    repository.git("switch", "--quiet", "topic")
    assert base_text(repository.root, "main", "old.txt") == "old"
    assert base_text(repository.root, "main", "new.txt") is None


def test_text_of_a_subfolder_counts_from_there(repository: Repository) -> None:
    repository.commit({"infra/envs/dev.yaml": "in infra", "envs/dev.yaml": "at the top"})
    assert text_at(repository.root / "infra", "HEAD", "envs/dev.yaml") == "in infra"


def test_text_that_the_clone_lacks_is_an_error_and_not_an_absent_file(repository: Repository) -> None:
    blob = repository.git("rev-parse", "main:old.txt")
    (repository.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(ConfigError, match=r"cannot show old\.txt"):
        base_text(repository.root, "main", "old.txt")
