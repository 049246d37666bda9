"""Contents in a bucket that speaks S3, for an installation of several machines. Needs `boto3`, which is optional."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from clais.files.store import Stored, StoreFault

_ABSENT = frozenset({"NoSuchKey", "404"})


@dataclass(frozen=True, slots=True)
class BucketFiles:
    """Contents as objects `PREFIX/TENANT/KEY` of a private bucket. `client` is boto3's."""

    client: Any
    bucket: str
    prefix: str = ""

    def put(self, tenant_id: UUID, key: UUID, content: bytes) -> None:
        """An object is whole or absent, and S3 answers once it is kept."""
        with _faults():
            self.client.put_object(Bucket=self.bucket, Key=self._name(tenant_id, key), Body=content)

    def get(self, tenant_id: UUID, key: UUID) -> bytes:
        """Read an object."""
        with _faults():
            found: bytes = self.client.get_object(Bucket=self.bucket, Key=self._name(tenant_id, key))["Body"].read()
        return found

    def delete(self, tenant_id: UUID, key: UUID) -> None:
        """S3 says the same of an object that it had and of one that it had not."""
        with _faults():
            self.client.delete_object(Bucket=self.bucket, Key=self._name(tenant_id, key))

    def stored(self, tenant_id: UUID) -> Iterator[Stored]:
        """The objects of a tenant, page by page."""
        with _faults():
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=f"{self.prefix}{tenant_id.hex}/"):
                for found in page.get("Contents", ()):
                    yield Stored(UUID(found["Key"].rpartition("/")[2]), found["LastModified"])

    def _name(self, tenant_id: UUID, key: UUID) -> str:
        return f"{self.prefix}{tenant_id.hex}/{key.hex}"


def bucket_files(place: str, endpoint: str | None) -> BucketFiles:
    """The store of `s3://bucket/prefix`. Credentials and region come from where boto3 looks for them.

    Raises ModuleNotFoundError where boto3 is not installed.
    """
    bucket, _slash, prefix = place.removeprefix("s3://").partition("/")
    boto3 = import_module("boto3")
    settings = import_module("botocore.config").Config(
        connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"}
    )
    client = boto3.client("s3", endpoint_url=endpoint, config=settings)
    return BucketFiles(client, bucket, f"{prefix.rstrip('/')}/" if prefix else "")


@contextmanager
def _faults() -> Iterator[None]:
    """Tell what botocore raises in the words of a store, with nothing that it quotes."""
    errors = import_module("botocore.exceptions")
    try:
        yield
    except errors.ClientError as error:
        if error.response.get("Error", {}).get("Code") in _ABSENT:
            raise LookupError("no such object") from None
        raise StoreFault from None
    except errors.BotoCoreError:
        raise StoreFault from None
