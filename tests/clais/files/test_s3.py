"""Contents in a bucket, against a server that speaks S3. It needs what `requirements/s3.txt` has, and moto[server]:
where they are not installed, these tests are skipped and say so.
"""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from clais.files.s3 import BucketFiles, bucket_files
from clais.files.store import StoreFault
from tests.clais.files.test_store import TENANT, keeps_what_it_is_given

boto3 = pytest.importorskip("boto3")
moto_server = pytest.importorskip("moto.server")
BUCKET = "clais-documents"


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "invented")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    boto3.client("s3", endpoint_url=f"http://{host}:{port}").create_bucket(Bucket=BUCKET)
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str) -> BucketFiles:
    return bucket_files(f"s3://{BUCKET}/clais", endpoint)


def test_a_bucket_keeps_what_a_directory_keeps(bucket: BucketFiles) -> None:
    assert keeps_what_it_is_given(bucket) == []


def test_all_contents_of_a_tenant_are_found_page_by_page(bucket: BucketFiles) -> None:
    keys = {uuid4() for _each in range(1001)}
    for key in keys:
        bucket.put(TENANT, key, b"x")
    assert {found.key for found in bucket.stored(TENANT)} == keys
    assert all(found.since.tzinfo is not None for found in bucket.stored(TENANT))


def test_a_bucket_that_is_not_there_or_silent_is_a_fault(endpoint: str) -> None:
    for store in (bucket_files("s3://another-bucket", endpoint), bucket_files("s3://clais", "http://127.0.0.1:9")):
        with pytest.raises(StoreFault):
            store.put(TENANT, uuid4(), b"x")
