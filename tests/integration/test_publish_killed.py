"""A publish that is killed, wherever it is, is finished by the next one; readers never notice."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import pytest

from integration.project_fixtures import end, wait_until
from integration.publish_fixtures import HELD_S, PUBLISH, Shelf, shelf, shelf_of_module

__all__ = ["shelf", "shelf_of_module"]

pytestmark = pytest.mark.integration

MOMENTS = 20
WRITES = "PUT|POST|DELETE"  # what a publish sends; the reader of the test only gets


class Reader:
    """Reads the current release over and over, and notes what is wrong with it."""

    def __init__(self, shelf: Shelf) -> None:
        self.complaints: list[str] = []
        self.ids: set[str] = set()
        self.expected: list[set[str]] = []
        self._shelf = shelf
        self._is_over = threading.Event()

    def expect(self) -> None:
        """From now on the files of the DAG folder as they are may be released too."""
        self.expected.append({sha256(body).hexdigest() for body in self._shelf.wanted().values()})

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read while the block runs."""
        thread = threading.Thread(target=self._read)
        thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            thread.join()

    def _read(self) -> None:
        seen: dict[str, Any] = {}
        while not self._is_over.wait(0.02):
            try:
                record = self._shelf.record()
            except Exception as error:
                self.complaints.append(repr(error))
                continue
            self.ids.add(record["id"])
            if seen.setdefault(record["id"], record) != record:
                self.complaints.append(f"{record['id']} changed")
            if {file["digest"] for file in record["files"].values()} not in self.expected:
                self.complaints.append(f"{record['id']} is a mixture")


def write(shelf: Shelf, number: int) -> None:
    """A DAG folder that differs from that of every other number: files added, changed, deleted and kept."""
    for path in shelf.wanted():
        (shelf.dags / path).unlink()
    (shelf.dags / "helpers").mkdir(exist_ok=True)
    texts = {f"dag_{name}.py": f"from airflow import DAG\n# {number} {name}\n" for name in range(8)}
    texts |= {f"helpers/of_{number}.py": f"X = {number}\n", "helpers/same.py": "SAME = 1\n", "query.sql": f"{number}"}
    for path, text in texts.items():
        (shelf.dags / path).write_text(text)


def kill_at(shelf: Shelf, moment: int, cut: str, below: str = "") -> None:
    """Publish, and kill -9 it while its request number `moment` is under way: not yet carried out, or already.

    Only requests for keys that begin with `below` are counted.
    """
    sandbox = shelf.copy.sandbox
    path = f"^/{shelf.bucket}/{below}" if below else f"^/{shelf.bucket}[/?]?"
    fault = {"service": "s3", "path": path, "method": WRITES, "every": moment, "times": 1}
    sandbox.set_faults([{**fault, "cut": cut, "delay_seconds": HELD_S}])
    process = shelf.copy.start(*PUBLISH)
    deadline = time.monotonic() + HELD_S
    while not sandbox.faults()[0]["struck"]:
        assert process.poll() is None, (moment, shelf.copy.output_of(process))
        assert time.monotonic() < deadline
        time.sleep(0.02)
    end(process.pid)
    process.wait()
    sandbox.set_faults([])


def counted(shelf: Shelf) -> int:
    """Publish, and count the requests that write."""
    never = {"service": "s3", "path": f"^/{shelf.bucket}[/?]?", "method": WRITES, "every": 10**6, "status": 503}
    shelf.copy.sandbox.set_faults([never])
    shelf.copy.ok(*PUBLISH)
    count: int = shelf.copy.sandbox.faults()[0]["matched"]
    shelf.copy.sandbox.set_faults([])
    return count


def test_publish_killed_at_20_moments_is_finished_by_the_next_one_and_no_reader_notices(shelf: Shelf) -> None:
    write(shelf, 0)
    shelf.copy.ok(*PUBLISH)
    shelf.put("dags/of_others.py", b"theirs")
    reader = Reader(shelf)
    reader.expect()
    with reader.reading():
        write(shelf, 1000)
        reader.expect()
        # claim, copies of what is overwritten, uploads, deletion, record, pointer, end of the claim
        requests = counted(shelf)
        for number in range(MOMENTS):
            write(shelf, number)
            reader.expect()
            moment = 1 + number * (requests - 1) // (MOMENTS - 1)
            kill_at(shelf, moment, "answer" if number % 2 else "request")
            shelf.copy.ok(*PUBLISH)
            assert shelf.body("dags/of_others.py") == b"theirs"
            shelf.s3.delete_object(Bucket=shelf.bucket, Key="dags/of_others.py")
            shelf.assert_published()
            shelf.put("dags/of_others.py", b"theirs")
    assert reader.complaints == []
    assert len(reader.ids) > MOMENTS // 2


def test_files_of_a_killed_publish_that_nobody_wants_any_more_are_deleted(shelf: Shelf) -> None:
    write(shelf, 0)
    shelf.copy.ok(*PUBLISH)
    write(shelf, 1)
    (shelf.dags / "aaa_first.sql").write_text("uploaded at once")
    kill_at(shelf, 1, "request", ".mwaactl/releases/")  # after the uploads, before there is a record of them
    assert "dags/aaa_first.sql" in shelf.listing("dags/")
    (shelf.dags / "aaa_first.sql").unlink()
    difference = shelf.copy.ok(*PUBLISH, "--output", "json").envelope["data"]["difference"]
    assert "dags/aaa_first.sql" in [change["key"] for change in difference["deleted"]]
    shelf.assert_published()


def test_claim_of_a_killed_publish_on_another_machine_holds_others_off_while_it_may_live(shelf: Shelf) -> None:
    write(shelf, 0)
    shelf.copy.ok(*PUBLISH)
    write(shelf, 1)
    kill_at(shelf, 3, "answer")
    claim = shelf.claim()
    assert claim is not None
    claim["owner"] |= {"machine": "elsewhere", "host": "build-7", "user": "mary"}
    shelf.put(".mwaactl/publishing.json", json.dumps(claim).encode())
    run = shelf.copy.run(*PUBLISH, "--output", "json")
    [error] = run.envelope["errors"]
    assert (run.code, error["code"]) == (1, "environment.busy")
    assert "mary on build-7" in error["message"]
    assert claim["since"] in error["message"]
    assert "minute" in error["hint"]


def test_two_publishes_at_once_from_one_folder_give_one_winner(shelf: Shelf) -> None:
    write(shelf, 0)
    sandbox = shelf.copy.sandbox
    sandbox.set_faults([{"service": "s3", "method": "PUT", "path": "/dags/", "times": 1, "delay_seconds": HELD_S}])
    first = shelf.copy.start(*PUBLISH)
    wait_until(lambda: sandbox.faults()[0]["struck"], "the first upload", 20)
    second = shelf.copy.run(*PUBLISH, "--output", "json")
    assert second.code == 1
    assert second.envelope["errors"][0]["code"] == "environment.busy"
    assert str(first.pid) in second.envelope["errors"][0]["message"]
    sandbox.set_faults([])
    assert first.wait(30) == 0
    shelf.assert_published()
