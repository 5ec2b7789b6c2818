"""Amazon Redshift Serverless: namespaces and workgroups as Terraform makes them, SQL by the Data API, run by DuckDB.

Three parts: `serverless` (the control API), `data` (the Data API) and the engine that runs statements: `dialect` turns
Redshift's SQL into DuckDB's, `copying` is COPY from the sandbox's S3, `warehouse` a database.

What the engine does not emulate fails with an error that says so: UNLOAD, VACUUM, ANALYZE, GRANT and users, stored
procedures, external schemas, IDENTITY columns, system tables, COPY of other forms than CSV and delimited text.
Not the same, without an error: statements of one database run one after the other; distribution, sorting and encoding
are ignored; every caller may do everything; DuckDB's functions are there, too.
"""

from __future__ import annotations


def plug_into_moto() -> None:
    """Make moto find both services, ours in the place of its own Data API. Calling it again changes nothing."""
    import re
    import sys

    from moto import backend_index
    from moto.moto_api._internal.models import MotoAPIBackend

    from mwaactl.sandbox.redshift.data import models as data_models
    from mwaactl.sandbox.redshift.data import urls as data_urls
    from mwaactl.sandbox.redshift.serverless import models as serverless_models
    from mwaactl.sandbox.redshift.serverless import urls as serverless_urls
    from mwaactl.sandbox.redshift.warehouse import close_all

    if sys.modules.get("moto.redshiftdata") is data_models:
        return
    services = (("redshiftdata", data_models, data_urls), ("redshiftserverless", serverless_models, serverless_urls))
    for name, models, urls in services:
        sys.modules[f"moto.{name}"] = sys.modules[f"moto.{name}.models"] = models
        sys.modules[f"moto.{name}.urls"] = urls
        backend_index.backend_url_patterns[:0] = [(name, re.compile(base)) for base in urls.url_bases]
    reset = MotoAPIBackend.reset

    def close_and_reset(self: MotoAPIBackend) -> None:
        close_all()
        reset(self)

    MotoAPIBackend.reset = close_and_reset
