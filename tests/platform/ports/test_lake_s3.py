"""What only the lake in a bucket has to withstand: versions, outages, answers of all kinds."""

from collections.abc import Iterator
from itertools import count

import boto3
import botocore.exceptions
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import BotoCoreError, ClientError

from caf_platform.adapters.lake_s3 import S3Lake, answered
from caf_platform.errors import BadInput, CafError, Tampered, Unavailable

KEY = "raw/day/object"
_buckets = count()


@pytest.fixture
def bucket(s3_endpoint: str) -> str:
    """A bucket of its own."""
    name = f"bucket-{next(_buckets)}"
    boto3.client("s3", endpoint_url=s3_endpoint).create_bucket(Bucket=name)
    return name


@pytest.fixture
def lake(s3_endpoint: str, bucket: str) -> S3Lake:
    """A lake that fills the bucket."""
    return S3Lake(bucket, endpoint_url=s3_endpoint)


class Answer:
    """What the store answers to the next requests, in place of the network."""

    def __init__(self, lake: S3Lake, operation: str, *answers: tuple[int, dict[str, str], bytes]):
        self._answers = iter(answers)
        self.asked = 0
        lake._client.meta.events.register(f"before-send.s3.{operation}", self)

    def __call__(self, **_: object) -> AWSResponse | None:
        """The next prepared answer; then the network again."""
        self.asked += 1
        answer = next(self._answers, None)
        return None if answer is None else response(*answer)


def response(status: int, headers: dict[str, str], body: bytes) -> AWSResponse:
    """An HTTP answer as botocore's own transport would hand it over."""

    class Raw:
        def stream(self) -> Iterator[bytes]:
            yield body

        def read(self, _: int | None = None) -> bytes:
            nonlocal body
            found, body = body, b""
            return found

    return AWSResponse("http://store", status, headers, Raw())


def error(status: int, code: str) -> tuple[int, dict[str, str], bytes]:
    """An error answer of S3."""
    return status, {}, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()


def test_two_prefixes_share_a_bucket(s3_endpoint: str, bucket: str) -> None:
    """Neither sees the other, even when one's name begins the other's."""
    one = S3Lake(bucket, "team", endpoint_url=s3_endpoint)
    two = S3Lake(bucket, "team-two/", endpoint_url=s3_endpoint)

    one.write(KEY, b"one")
    two.write(KEY, b"two")

    assert one.read(KEY) == b"one"
    assert list(one.keys("")) == [KEY]
    assert list(two.keys("")) == [KEY]


@pytest.mark.parametrize("prefix", ["../up", "/abs", "a//b", "a" * 256, "é" * 128])
def test_a_bad_prefix_is_refused(prefix: str) -> None:
    """The prefix obeys the rules of keys, and leaves room for them."""
    with pytest.raises(BadInput):
        S3Lake("bucket", prefix)


def test_deleting_erases_every_version(s3_endpoint: str, bucket: str, lake: S3Lake) -> None:
    """Where the bucket keeps versions, erasure still leaves nothing, and spares neighbours."""
    client = boto3.client("s3", endpoint_url=s3_endpoint)
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    lake.write(KEY, b"person")
    client.put_object(Bucket=bucket, Key=KEY, Body=b"another version")
    client.delete_object(Bucket=bucket, Key=KEY)
    lake.write(KEY + "-2", b"neighbour")

    lake.delete(KEY)

    left = client.list_object_versions(Bucket=bucket)
    assert [version["Key"] for version in left["Versions"]] == [KEY + "-2"]
    assert "DeleteMarkers" not in left


def test_what_is_no_key_is_passed_over(s3_endpoint: str, bucket: str, lake: S3Lake) -> None:
    """Folder marks of a console and hidden objects are not listed."""
    client = boto3.client("s3", endpoint_url=s3_endpoint)
    for foreign in ("raw/", "raw/.hidden"):
        client.put_object(Bucket=bucket, Key=foreign, Body=b"")
    lake.write(KEY, b"x")

    assert list(lake.keys("")) == [KEY]


def test_checksums_are_sent(lake: S3Lake) -> None:
    """The store learns which SHA-256 the bytes must have, and that nothing may be replaced."""
    sent: dict[str, str] = {}
    lake._client.meta.events.register(
        "before-send.s3.PutObject", lambda request, **_: sent.update(request.headers)
    )

    lake.write(KEY, b"x")

    assert sent["x-amz-checksum-sha256"] == b"LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="
    assert sent["If-None-Match"] == b"*"


def test_a_checksum_that_does_not_fit_is_tampered(lake: S3Lake) -> None:
    """Bytes other than those whose checksum the store sends along are never handed on."""
    forged = {"x-amz-checksum-sha256": "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="}
    Answer(lake, "GetObject", (200, {**forged, "content-length": "1"}, b"y"))

    with pytest.raises(Tampered, match="checksum"):
        lake.read(KEY)


def test_a_crossing_delete_is_tried_again(lake: S3Lake) -> None:
    """409 means that a delete crossed the write: it is written anew."""
    crossed = Answer(lake, "PutObject", error(409, "ConditionalRequestConflict"))

    lake.write(KEY, b"x")

    assert crossed.asked == 2
    assert lake.read(KEY) == b"x"


def test_crossing_deletes_without_end(lake: S3Lake) -> None:
    """Three times is enough: the writer is told, and nothing was stored."""
    crossed = Answer(lake, "PutObject", *[error(409, "ConditionalRequestConflict")] * 9)

    with pytest.raises(Unavailable, match="written and deleted by others"):
        lake.write(KEY, b"x")
    assert crossed.asked == 3


def test_an_answer_that_got_lost(lake: S3Lake) -> None:
    """The object was stored, the answer was not heard: the repeated put is no refusal."""
    lake.write(KEY, b"x")
    Answer(lake, "PutObject", error(500, "InternalError"))

    assert lake.write(KEY, b"x")


def test_a_missing_bucket_is_not_an_empty_lake(s3_endpoint: str) -> None:
    """Every verb says that there is no such bucket; none says that there is no such object."""
    lake = S3Lake("no-such-bucket", endpoint_url=s3_endpoint)
    verbs = [
        lambda: lake.write(KEY, b"x"),
        lambda: lake.read(KEY),
        lambda: lake.exists(KEY),
        lambda: lake.delete(KEY),
        lambda: list(lake.keys("")),
    ]

    for verb in verbs:
        with pytest.raises(Unavailable, match=r"NoSuchBucket.*Create the bucket"):
            verb()


def test_nobody_answers() -> None:
    """A store that is down is `Unavailable`, soon."""
    lake = S3Lake("bucket", endpoint_url="http://127.0.0.1:1", attempts=1)

    with pytest.raises(Unavailable, match="Could not connect"):
        lake.write(KEY, b"x")


def test_an_outage_is_tried_a_bounded_number_of_times(s3_endpoint: str) -> None:
    """Two attempts are two requests."""
    lake = S3Lake("bucket", endpoint_url=s3_endpoint, attempts=2)
    down = Answer(lake, "ListObjectsV2", *[error(503, "SlowDown")] * 9)

    with pytest.raises(Unavailable, match="SlowDown"):
        lake.exists(KEY)
    assert down.asked == 2


@pytest.mark.parametrize("code", ["AccessDenied", "BrandNewCode", ""])
def test_every_error_code_becomes_unavailable(code: str) -> None:
    """A code that nobody has seen yet is no exception to the rule."""
    with pytest.raises(Unavailable) as told, answered("write"):
        raise ClientError({"Error": {"Code": code}} if code else {}, "PutObject")

    assert told.value.next_step


BOTOCORE_ERRORS = [
    found
    for found in vars(botocore.exceptions).values()
    if isinstance(found, type) and issubclass(found, BotoCoreError)
]


@pytest.mark.parametrize("kind", BOTOCORE_ERRORS)
def test_every_error_of_botocore_is_ours(kind: type[BotoCoreError]) -> None:
    """None of the library's own errors crosses the port, nor will one that is added."""
    with pytest.raises(CafError) as told, answered("write"):
        raise kind.__new__(kind)

    assert told.value.next_step


@pytest.mark.parametrize("endpoint", ["nonsense", "http://", "ftp//x"])
def test_an_endpoint_that_is_none(endpoint: str) -> None:
    """A mistyped endpoint is named when the lake is opened."""
    with pytest.raises(BadInput, match="cannot be made"):
        S3Lake("bucket", endpoint_url=endpoint)


def test_a_bucket_that_is_none(s3_endpoint: str) -> None:
    """A bucket's name that S3 could never hold is a mistake of ours, not an outage."""
    with pytest.raises(BadInput, match="Invalid bucket name"):
        S3Lake("Bad Bucket!", endpoint_url=s3_endpoint).write(KEY, b"x")
