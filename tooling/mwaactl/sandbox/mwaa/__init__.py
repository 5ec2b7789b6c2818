"""Amazon MWAA as a moto service: `urls`, `responses`, `models` and `exceptions` are the files that moto looks for."""

from __future__ import annotations


def plug_into_moto() -> None:
    """Make moto find this service. moto has no entry point for services from outside (5.2), hence the two hooks.

    `moto.mwaa` becomes a name of this service's models, from which moto takes `mwaa_backends`; moto derives the module
    with the URLs from the class of the backend. Calling it again changes nothing.
    """
    import re
    import sys

    from moto import backend_index

    from mwaactl.sandbox.mwaa import models, urls

    if "moto.mwaa" in sys.modules:
        return
    sys.modules["moto.mwaa"] = models
    sys.modules["moto.mwaa.models"] = models
    sys.modules["moto.mwaa.urls"] = urls
    backend_index.backend_url_patterns[:0] = [("mwaa", re.compile(base)) for base in urls.url_bases]
