"""Where the service listens, in moto's layout."""

from __future__ import annotations

from mwaactl.sandbox.redshift.data.responses import RedshiftDataResponse

url_bases = [r"https?://redshift-data\.(.+)\.amazonaws\.com"]

url_paths = {"{0}/$": RedshiftDataResponse.dispatch}
