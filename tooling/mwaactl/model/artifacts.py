"""What goes to the bucket, as paths in this repository."""

from __future__ import annotations

from pydantic import Field

from mwaactl.model.fields import RepositoryPath, Section


class Artifacts(Section):
    """DAG files are published; the other three roll out with an environment update."""

    dags: RepositoryPath = Field("dags", description="Folder of the DAG files.")
    plugins: RepositoryPath | None = Field(None, description="Folder that becomes plugins.zip.")
    requirements: RepositoryPath | None = Field(None, description="File of Python requirements.")
    startup_script: RepositoryPath | None = Field(None, description="Shell script that runs before Airflow starts.")
    allow: tuple[str, ...] = Field(
        (),
        description="Files to publish although they look like secrets, are large or are links out of the folder: "
        "patterns of paths in this repository, where * goes beyond a /.",
    )
    keep_releases: int = Field(
        20, ge=2, le=1000, description="Releases of DAG files that are kept, each of which a rollback can restore."
    )
