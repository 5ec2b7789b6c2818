"""What nobody means to publish is refused, all of it at once, unless it is listed."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from pathlib import Path

import pytest

from mwaactl.adapters.artifacts import build_plugins, plugins_digest, read_bundle
from mwaactl.errors import ConfigError
from mwaactl.model import refused

KEY = "AKIA" + "1234567890ABCDEF"
PRIVATE = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "a.py").write_text("X = 1\n")
    return tmp_path


def problems(root: Path, *allow: str) -> dict[str, str]:
    """What is wrong with the DAG folder, by file and line."""
    try:
        read_bundle(root, "dags", (), allow)
    except ConfigError as error:
        return {f"{one.file}:{one.line}": one.message for one in error.problems}
    return {}


@pytest.mark.parametrize(
    "name",
    [".env", ".env.prod", "prod.env", "server.pem", "id_rsa", "credentials", "key.p12", "kubeconfig", ".netrc"],
)
def test_file_of_secrets_by_its_name_is_refused_unless_listed(root: Path, name: str) -> None:
    (root / "dags" / "sub").mkdir()
    (root / "dags" / "sub" / name).write_text("x")
    assert list(problems(root)) == [f"dags/sub/{name}:0"]
    assert problems(root, f"dags/*{name}") == {}


@pytest.mark.parametrize("name", [".env.example", "environment.py", "credentials.py", "key_rotation.py", "empty.py"])
def test_name_that_only_sounds_secret_is_no_reason(root: Path, name: str) -> None:
    (root / "dags" / name).write_text("")
    assert problems(root) == {}


@pytest.mark.parametrize(
    "text", [f"K = '{KEY}'", PRIVATE, "T = 'ghp_" + "a1B2" * 9 + "'", "T = 'xoxb-" + "123456789012-abcdefghij'"]
)
def test_key_in_a_file_is_refused_with_its_line_unless_listed(root: Path, text: str) -> None:
    (root / "dags" / "k.py").write_text(f"# one\n# two\n{text}\n")
    assert problems(root) == {"dags/k.py:3": "holds a key or token"}
    assert problems(root, "dags/k.py") == {}


@pytest.mark.parametrize(
    "text", ["K = 'AKIAIOSFODNN7EXAMPLE'", "# begins with AKIA", "'-----BEGIN PUBLIC KEY-----'", "npm_install()"]
)
def test_what_only_looks_a_little_like_a_key_is_none(root: Path, text: str) -> None:
    (root / "dags" / "k.py").write_text(text)
    assert problems(root) == {}


def test_everything_that_is_wrong_is_told_at_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mwaactl.adapters.artifacts.LARGEST_DAG_FILE", 100)
    dags = root / "dags"
    (root / "outside.py").write_text("X = 1\n")
    (dags / "large.csv").write_text("x" * 101)
    (dags / "out").symlink_to("/etc/hostname")
    (dags / "beside").symlink_to("../outside.py")
    (dags / "one").symlink_to("other")
    (dags / "other").symlink_to("one")
    (dags / "nowhere").symlink_to("gone")
    os.mkfifo(dags / "pipe")
    Path(os.fsdecode(os.fsencode(dags) + b"/\xff.py")).write_text("")
    (dags / "new\nline.py").write_text("")
    assert problems(root) == {
        "dags/beside:0": "is a link out of its folder",
        "dags/large.csv:0": "is 0.0 MB large; the limit is 0 MB",
        "dags/new\nline.py:0": "has a control character in its name",
        "dags/nowhere:0": "is a link to nothing, or in a circle",
        "dags/one:0": "is a link to nothing, or in a circle",
        "dags/other:0": "is a link to nothing, or in a circle",
        "dags/out:0": "is a link out of the repository",
        "dags/pipe:0": "is no file but a socket, pipe or device",
        "dags/\\udcff.py:0": "has a name that is not UTF-8",
    }
    left = problems(root, "*")
    assert {"dags/beside:0", "dags/large.csv:0"}.isdisjoint(left)
    assert "dags/out:0" in left  # no list makes a file of the host ours


def test_file_that_cannot_be_read_is_told() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        root, nobody = Path(folder), 65534
        root.chmod(0o755)
        (root / "dags").mkdir()
        (root / "dags" / "a.py").write_text("x = 1\n")
        assert problems(root) == {}  # what is imported on the way is there now
        (root / "dags" / "a.py").chmod(0)
        before = os.geteuid()
        if before == 0:  # root reads everything
            os.seteuid(nobody)
        try:
            found = problems(root)
        finally:
            os.seteuid(before)
        assert found == {"dags/a.py:0": "cannot be read: Permission denied"}


def test_socket_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "dags")  # the name of a socket is short
    os.mknod("s", 0o140644)
    assert problems(root) == {"dags/s:0": "is no file but a socket, pipe or device"}


def test_path_that_is_too_long_for_a_key_is_refused() -> None:
    assert "1024" in refused.name_complaint("dags/" + "x/" * 500)


def build(folder: Path, names: list[str], umask: int, clock: float) -> str:
    """The digest of plugins.zip of a folder made in this order, under this umask, at this time."""
    before = os.umask(umask)
    try:
        for name in names:
            path = folder / "plugins" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"# {name} " + "text that packs well " * 50)
            os.utime(path, (clock, clock))
        build_plugins(folder, "plugins", folder / "plugins.zip")
    finally:
        os.umask(before)
    digest = hashlib.sha256((folder / "plugins.zip").read_bytes()).hexdigest()
    assert digest == plugins_digest(folder, "plugins")
    return digest


def test_plugins_zip_is_one_on_two_clocks_two_orders_and_two_umasks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["b.py", "a/c.py", "Ä.py", "a.py"]
    first = build(tmp_path / "one", names, 0o022, 0)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    second = build(tmp_path / "two", names[::-1], 0o077, 2e9)
    assert first == second


def test_plugins_zip_is_packed_without_zlib_which_differs_between_systems(tmp_path: Path) -> None:
    build(tmp_path, ["a.py"], 0o022, 0)
    with zipfile.ZipFile(tmp_path / "plugins.zip") as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_plugins_with_a_key_in_them_are_not_packed(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "p.py").write_text(f"K = '{KEY}'")
    with pytest.raises(ConfigError) as caught:
        build_plugins(tmp_path, "plugins", tmp_path / "plugins.zip")
    assert caught.value.problems[0].file == "plugins/p.py"
    assert not (tmp_path / "plugins.zip").exists()
    assert list(tmp_path.iterdir()) == [tmp_path / "plugins"]
