"""The lake in an S3 bucket, or in any store that speaks S3. The one module that imports boto3.

Facts that live here only: a conditional put (`If-None-Match: *`) makes an object write-once and
answers 412 for a used key, or 409 when a delete crosses it; a missing object and a missing
bucket look alike to HEAD, so objects are looked for by listing; in a bucket that keeps versions
a plain delete only hides, so every version is deleted.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    NoCredentialsError,
    ParamValidationError,
)

from caf_platform.adapters.lake_rules import (
    checked_key,
    checked_prefix,
    missing,
    unchanged,
    verified,
    why_no_key,
)
from caf_platform.capabilities import Capability
from caf_platform.digest import digest
from caf_platform.errors import BadInput, CafError, Tampered, Unavailable
from caf_platform.plugins import Kind, register
from caf_platform.ports.lake import Lake
from caf_platform.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_PREFIX_BYTES: Final = 255
"""What S3's 1,024 bytes for a whole key leave beside the lake's own keys and a slash."""

_USED: Final = frozenset({"PreconditionFailed", "412"})
_CROSSED: Final = frozenset({"ConditionalRequestConflict", "409"})
_PUTS: Final = 3

_NEXT_STEPS: Final = {
    "NoSuchBucket": "Create the bucket, or correct its name in the settings.",
    "AccessDenied": "Grant s3:GetObject, PutObject, ListBucket and what the verb needs.",
    "InvalidAccessKeyId": "Correct the credentials.",
    "SignatureDoesNotMatch": "Correct the credentials.",
    "ExpiredToken": "Renew the credentials.",
}


@register(Kind.STORE, "s3-lake", Capability.DATA_ARCHITECTURE, scheme="s3")
class S3Lake(Lake):
    """Write-once objects in a bucket below a prefix, with SHA-256 checked at both ends.

    `attempts` bounds each request (botocore's standard mode: back-off with jitter);
    `endpoint_url` is for stores other than AWS.
    """

    @classmethod
    def at(cls, url: str, settings: Settings) -> "S3Lake":
        """The lake at `s3://bucket/prefix`, on the settings' own endpoint if there is one."""
        bucket, _, prefix = url.removeprefix("s3://").partition("/")
        return cls(bucket=bucket, prefix=prefix, endpoint_url=settings.s3_endpoint or None)

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        endpoint_url: str | None = None,
        attempts: int = 4,
    ) -> None:
        """Nothing is asked of the store yet; credentials and region are found as boto3 does."""
        self._bucket = bucket
        self._base = _base(prefix)
        self._client = _client(endpoint_url, attempts)

    def write(self, key: str, data: bytes) -> str:
        """Store bytes durably and return their SHA-256; see the port."""
        checked_key(key)
        with answered(f"write '{key}' to bucket '{self._bucket}'"):
            for _ in range(_PUTS):
                if self._created(key, data):
                    return digest(data)
                stored = self._stored(key)
                if stored is not None:
                    return unchanged(key, stored, data)
        raise Unavailable(
            f"'{key}' was written and deleted by others at the same time, {_PUTS} times over.",
            next_step="Stop whoever deletes it, and repeat.",
        )

    def read(self, key: str, *, expected: str | None = None) -> bytes:
        """The bytes of an object, verified against `expected`."""
        checked_key(key)
        with answered(f"read '{key}' from bucket '{self._bucket}'"):
            stored = self._stored(key)
        if stored is None:
            raise missing(key)
        return verified(key, stored, expected)

    def exists(self, key: str) -> bool:
        """Whether an object is there."""
        checked_key(key)
        with answered(f"look for '{key}' in bucket '{self._bucket}'"):
            page = self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=self._base + key, MaxKeys=1
            )
        return any(found["Key"] == self._base + key for found in page.get("Contents", ()))

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that start with `prefix`, sorted; what is no key of a lake is passed over."""
        return self._listed(checked_prefix(prefix))

    def delete(self, key: str) -> None:
        """Remove an object and all its versions for good; absent is fine."""
        checked_key(key)
        with answered(f"delete '{key}' from bucket '{self._bucket}'"):
            for version in self._versions(self._base + key):
                self._client.delete_object(
                    Bucket=self._bucket, Key=self._base + key, VersionId=version
                )

    def _created(self, key: str, data: bytes) -> bool:
        """Whether the object is new and ours; the store refuses bytes that change on the way."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._base + key,
                Body=data,
                IfNoneMatch="*",
                ChecksumSHA256=base64.b64encode(hashlib.sha256(data).digest()).decode(),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _USED | _CROSSED:
                return False
            raise
        return True

    def _stored(self, key: str) -> bytes | None:
        try:
            found = self._client.get_object(
                Bucket=self._bucket, Key=self._base + key, ChecksumMode="ENABLED"
            )
        except self._client.exceptions.NoSuchKey:
            return None
        return found["Body"].read()

    def _listed(self, prefix: str) -> Iterator[str]:
        with answered(f"list '{prefix}' in bucket '{self._bucket}'"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._base + prefix
            )
            for page in pages:
                found = (each["Key"].removeprefix(self._base) for each in page.get("Contents", ()))
                yield from (key for key in found if not why_no_key(key))

    def _versions(self, full: str) -> Iterator[str]:
        """The versions and delete markers of one object; `null` where versions are not kept."""
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=full
        )
        for page in pages:
            for found in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                if found["Key"] == full:
                    yield found["VersionId"]


@contextmanager
def answered(doing: str) -> Iterator[None]:
    """Turn every error of boto3 and botocore into one of ours."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise explained(error, f"Cannot {doing}.") from error


def explained(error: ClientError | BotoCoreError, what: str) -> CafError:
    """What an error of the store means here, and what to do about it."""
    match error:
        case FlexibleChecksumError():
            step = "Use nothing that rests on it; restore it and open an incident."
            return Tampered(what, why=str(error), next_step=step)
        case ParamValidationError():
            return BadInput(what, why=str(error), next_step="Correct the bucket's name.")
        case NoCredentialsError():
            step = "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            return Unavailable(what, why=str(error), next_step=step)
        case ClientError():
            step = _NEXT_STEPS.get(error.response.get("Error", {}).get("Code", ""), "")
            return Unavailable(what, why=str(error), next_step=step or "Repeat it later.")
    return Unavailable(what, why=str(error), next_step="Check the network and the endpoint.")


def _base(prefix: str) -> str:
    if not prefix:
        return ""
    if len(prefix.encode(errors="replace")) > MAX_PREFIX_BYTES:
        raise BadInput(f"The lake's prefix is longer than {MAX_PREFIX_BYTES} bytes.")
    return checked_key(prefix.removesuffix("/")) + "/"


def _client(endpoint_url: str | None, attempts: int) -> "S3Client":
    """A client; other stores than AWS seldom have a host name for each bucket."""
    config = Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=5,
        read_timeout=30,
        s3={"addressing_style": "path" if endpoint_url else "auto"},
    )
    try:
        return boto3.client("s3", endpoint_url=endpoint_url, config=config)
    except (BotoCoreError, ValueError) as error:
        raise BadInput(
            "The S3 client cannot be made.",
            why=str(error),
            next_step="Correct the endpoint, the region or the profile.",
        ) from error
