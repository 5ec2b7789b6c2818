"""Uploads of many small files, at half the CPU of boto3's put_object.

For each call boto3 evaluates its endpoint rules anew, walks some hundred hooks and waits for `100 Continue`: about 3 ms
of CPU. Here the bucket's address is learned from the first call; then each request is only signed and sent. Whatever
goes otherwise than well is left to boto3, which knows when to try again, and what to say.
"""

from __future__ import annotations

import socket
import threading
from base64 import b64encode
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mwaactl.adapters.aws.bucket import Bucket
from mwaactl.adapters.aws.session import CONNECTIONS, botocore_session
from mwaactl.model.publication import StoredObject

if TYPE_CHECKING:
    from botocore.httpsession import URLLib3Session

LARGEST = 1_000_000
"""Bytes. Of a larger body less is lost when boto3 sends it, which asks first whether S3 will take it."""

TIMEOUT_S = 60


@dataclass
class Uploads:
    """Puts into one bucket. Safe to use from several threads."""

    bucket: Bucket
    _address: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, key: str, body: bytes, digest: str) -> tuple[StoredObject, str]:
        """As `Bucket.put`, of which this is the quick way. `digest` is the SHA-256 that S3 shall find, hexadecimal."""
        from botocore.exceptions import BotoCoreError

        with self._lock:
            if not self._address:
                return self._learned(key, body, digest)
        if len(body) <= LARGEST:
            try:
                reply = self._http.send(self._request(key, body, digest))
            except BotoCoreError:
                reply = None
            if reply is not None and reply.status_code == 200:
                headers = reply.headers
                stored = StoredObject(key, headers["ETag"].strip('"'), len(body))
                return stored, headers.get("x-amz-version-id", "")
        return self.bucket.put(key, body, digest)

    def _learned(self, key: str, body: bytes, digest: str) -> tuple[StoredObject, str]:
        """Put by boto3, and see where to."""
        sent = []
        events = self.bucket.account.client("s3").meta.events

        def see(request: Any, **_others: Any) -> None:
            sent.append(request.url)

        events.register("before-send.s3.PutObject", see)
        try:
            stored = self.bucket.put(key, body, digest)
        finally:
            events.unregister("before-send.s3.PutObject", see)
        path = f"/{_quoted(key)}"
        self._address = next((url.removesuffix(path) for url in sent if url.endswith(path)), "")
        return stored

    @cached_property
    def _http(self) -> URLLib3Session:
        from botocore.httpsession import URLLib3Session
        from botocore.utils import get_environ_proxies

        account = self.bucket.account
        session = botocore_session(account)
        proxies = {} if account.variables else get_environ_proxies(self._address)  # the sandbox is dialled directly
        bundle = session.get_config_variable("ca_bundle")
        return URLLib3Session(
            verify=bundle or True,
            proxies=proxies,
            timeout=TIMEOUT_S,
            max_pool_connections=CONNECTIONS,
            # Else the body, in a packet of its own, waits 40 ms for the acknowledgement of the headers.
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # type: ignore[list-item]
        )

    @cached_property
    def _credentials(self) -> Any:
        return botocore_session(self.bucket.account).get_credentials()

    def _request(self, key: str, body: bytes, digest: str) -> Any:
        from botocore.auth import S3SigV4Auth
        from botocore.awsrequest import AWSRequest

        headers = {
            "Content-Type": "binary/octet-stream",  # what boto3 sends
            "x-amz-checksum-sha256": b64encode(bytes.fromhex(digest)).decode(),
            "x-amz-sdk-checksum-algorithm": "SHA256",
        }
        request = AWSRequest("PUT", f"{self._address}/{_quoted(key)}", headers=headers, data=body)
        frozen = self._credentials.get_frozen_credentials()
        S3SigV4Auth(frozen, "s3", self.bucket.account.region).add_auth(request)
        return request.prepare()


def _quoted(key: str) -> str:
    return quote(key, safe="/~")  # as botocore does
