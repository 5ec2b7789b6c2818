"""The DAG folder and plugins.zip."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from mwaactl.adapters.artifacts import build_plugins, read_bundle
from mwaactl.errors import ConfigError

DAG = "from airflow import DAG\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {
        "a_dag.py": DAG,
        "helpers/common.py": "X = 1\n",
        "helpers/query.sql": "select 1",
        ".airflowignore": "helpers\n",
        "plugins/p.py": "P = 1\n",
        "requirements.txt": "x\n",
        "__pycache__/a_dag.cpython-311.pyc": "junk",
        ".DS_Store": "junk",
        "notes.py~": "junk",
    }.items():
        path = tmp_path / "dags" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_bundle_holds_what_airflow_needs_and_nothing_else(project: Path) -> None:
    bundle = read_bundle(project, "dags", ["dags/plugins", "dags/requirements.txt"])
    assert [file.path for file in bundle.files] == [
        ".airflowignore",
        "a_dag.py",
        "helpers/common.py",
        "helpers/query.sql",
    ]


def test_dag_files_are_uploaded_after_what_they_import(project: Path) -> None:
    bundle = read_bundle(project, "dags", ["dags/plugins", "dags/requirements.txt"])
    assert [file.path for file in bundle.files if file.is_dag] == ["a_dag.py"]


def test_bundle_digest_depends_on_content_alone(project: Path) -> None:
    before = read_bundle(project, "dags", []).digest
    os.utime(project / "dags" / "a_dag.py", (1, 1))
    assert read_bundle(project, "dags", []).digest == before
    (project / "dags" / "a_dag.py").write_text(DAG + "# changed\n")
    assert read_bundle(project, "dags", []).digest != before


def test_link_inside_the_folder_is_followed(project: Path) -> None:
    (project / "dags" / "same.py").symlink_to("a_dag.py")
    assert "same.py" in [file.path for file in read_bundle(project, "dags", []).files]


@pytest.mark.parametrize("target", ["../outside.txt", "nowhere", "helpers"])
def test_link_that_leads_out_to_nothing_or_to_a_folder_is_refused(project: Path, target: str) -> None:
    (project / "outside.txt").write_text("secret")
    (project / "dags" / "link").symlink_to(target)
    with pytest.raises(ConfigError) as caught:
        read_bundle(project, "dags", [])
    assert caught.value.problems[0].file == "dags/link"


def test_plugins_zip_is_the_same_on_every_clock_and_file_order(project: Path, tmp_path: Path) -> None:
    digests = set()
    for round_ in range(2):
        folder = tmp_path / f"round{round_}"
        for name in ["b.py", "a.py"] if round_ else ["a.py", "b.py"]:
            (folder / "plugins").mkdir(parents=True, exist_ok=True)
            (folder / "plugins" / name).write_text(name)
            os.utime(folder / "plugins" / name, (round_ * 1e9, round_ * 1e9))
            (folder / "plugins" / name).chmod(0o600 if round_ else 0o755)
        build_plugins(folder, "plugins", folder / "plugins.zip")
        digests.add(hashlib.sha256((folder / "plugins.zip").read_bytes()).hexdigest())
    assert len(digests) == 1
    with zipfile.ZipFile(folder / "plugins.zip") as archive:
        assert archive.namelist() == ["a.py", "b.py"]  # no folder `plugins/` inside: MWAA unpacks it into one


def test_plugins_zip_that_would_not_change_is_left_alone(project: Path, tmp_path: Path) -> None:
    target = tmp_path / "plugins.zip"
    build_plugins(project, "dags/plugins", target)
    os.utime(target, (1, 1))
    build_plugins(project, "dags/plugins", target)
    assert target.stat().st_mtime == 1
