"""Where the service listens, in moto's layout: below `api.`, `env.` and `ops.` on AWS."""

from __future__ import annotations

from mwaactl.sandbox.mwaa.responses import MWAAResponse

url_bases = [r"https?://((api|env|ops)\.)?airflow\.(.+)\.amazonaws\.com"]

url_paths = {
    "{0}/(?P<path>.+)$": MWAAResponse.dispatch,
}
