"""Objects of the sandbox's buckets, by their S3 URL."""

from __future__ import annotations

from typing import Any


class NoSuchObjectError(Exception):
    """No such bucket or object; the text names it."""


def split_url(url: str) -> tuple[str, str]:
    """Bucket and key, or prefix, of s3://BUCKET/KEY. Raises NoSuchObjectError."""
    bucket, _, key = url.removeprefix("s3://").partition("/")
    if not url.startswith("s3://") or not bucket:
        raise NoSuchObjectError(f"{url} is no s3://BUCKET/KEY")
    return bucket, key


def object_at(account_id: str, url: str, version: str | None = None) -> Any:
    """moto's object at this URL, the current one unless a `version` is named; `value` are its bytes.

    Raises NoSuchObjectError.
    """
    bucket, key = split_url(url)
    versions = _bucket(account_id, bucket).keys.getlist(key, default=[])
    found = versions[-1:] if version is None else [one for one in versions if str(one.version_id) == version]
    if not found or not _is_object(found[0]):
        raise NoSuchObjectError(f"{url}{f' (version {version})' if version else ''} does not exist")
    return found[0]


def objects_below(account_id: str, url: str) -> dict[str, Any]:
    """Keys that begin with the prefix of this URL, sorted, and moto's objects. Raises NoSuchObjectError."""
    bucket, prefix = split_url(url)
    objects = {key.name: key for key in list(_bucket(account_id, bucket).keys.values()) if _is_object(key)}
    return {key: objects[key] for key in sorted(objects) if key.startswith(prefix)}


def _bucket(account_id: str, bucket: str) -> Any:
    """moto's bucket; that of another account, as far as that is known to be the owner."""
    from moto.s3.models import s3_backends

    partition, owner = s3_backends.bucket_accounts.get(bucket, ("aws", account_id))
    found = s3_backends[owner][partition].buckets.get(bucket)
    if found is None:
        raise NoSuchObjectError(f"The bucket {bucket} does not exist")
    return found


def _is_object(key: Any) -> bool:
    """Whether it is one, and no marker of a deletion."""
    from moto.s3.models import FakeKey

    return isinstance(key, FakeKey)
