"""Where the service listens, in moto's layout."""

from __future__ import annotations

from mwaactl.sandbox.redshift.serverless.responses import RedshiftServerlessResponse

url_bases = [r"https?://redshift-serverless\.(.+)\.amazonaws\.com"]

url_paths = {"{0}/$": RedshiftServerlessResponse.dispatch}
