"""A project whose AWS is a fake on the wire, and the command line run on it within this process, for speed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes_airflow import FakeAirflow
from fakes_mwaa import FakeMwaa, serving
from integration.project_fixtures import Copy, Run, make_copy
from mwaactl.adapters.aws import session
from mwaactl.cli import root as mwaactl

Call = Callable[..., Run]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy of the repository; `environment` is that of the test's fake."""
    return make_copy(tmp_path_factory.mktemp("project"))


@pytest.fixture(params=[2, 3])
def mwaa(request: pytest.FixtureRequest, project: Copy, tmp_path: Path) -> Iterator[FakeMwaa]:
    """The environment dev, with an Airflow of each major version in turn."""
    with serving(FakeMwaa(FakeAirflow(request.param)), tmp_path) as served:
        project.environment.clear()
        project.environment.update(served.variables)
        yield served


@pytest.fixture
def call_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """`mwaactl ARGUMENTS` in a copy of the repository, given first; with `ok=False` it may fail."""

    def _call(copy: Copy, *arguments: str, ok: bool = True) -> Run:
        forget_clients()
        for name, value in copy.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(copy.root)
        with pytest.raises(SystemExit) as caught:
            mwaactl.main(list(arguments))
        written = capsys.readouterr()
        run = Run(int(caught.value.code or 0), written.out, written.err)
        assert run.code == 0 or not ok, run.everything
        return run

    yield _call
    forget_clients()


@pytest.fixture
def call(mwaa: FakeMwaa, project: Copy, call_in: Call) -> Call:
    """The same in the project whose AWS is the fake."""
    return lambda *arguments, ok=True: call_in(project, *arguments, ok=ok)


def forget_clients() -> None:
    """boto3 looks for endpoints when a client is made."""
    session._client.cache_clear()
    session._session.cache_clear()


def only(major: int) -> pytest.MarkDecorator:
    """Where the versions of Airflow do not differ, one is enough."""
    return pytest.mark.parametrize("mwaa", [major], indirect=True)
