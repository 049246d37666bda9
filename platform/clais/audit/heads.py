"""The last seal of each tenant, kept in a file: who cuts the end off the trail in the database does not reach it."""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Head:
    """A seal by its number and its digest."""

    number: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Heads:
    """The file of the heads of one installation; mode 0600, replaced as a whole."""

    path: Path

    def read(self) -> Mapping[UUID, Head]:
        """The head of each tenant; empty without a file. Raises ValueError for a file that is not one of ours."""
        try:
            content = json.loads(self.path.read_text(encoding="ascii"))
            return {UUID(key): Head(int(one["number"]), bytes.fromhex(one["digest"])) for key, one in content.items()}
        except FileNotFoundError:
            return {}
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("not a file of heads") from error

    def keep(self, tenant_id: UUID, head: Head | None) -> None:
        """Keep the head of a tenant, or forget it; the others stay."""
        with self._alone():
            heads = {**self.read()}
            if heads.get(tenant_id) == head:
                return
            heads.pop(tenant_id, None)
            if head is not None:
                heads[tenant_id] = head
            self._write(heads)

    def _write(self, heads: Mapping[UUID, Head]) -> None:
        content = {str(key): {"number": one.number, "digest": one.digest.hex()} for key, one in heads.items()}
        temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(content, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time change the file."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.path.with_name(f"{self.path.name}.lock").open("w") as file:
            flock(file, LOCK_EX)
            yield
