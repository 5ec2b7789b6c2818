"""The sandbox's pure parts: life cycle, validation, version changes, faults, signatures, routing. No sockets."""

from __future__ import annotations

import io
from threading import Thread
from typing import Any

import pytest

from mwaactl.errors import SandboxError
from mwaactl.sandbox import front
from mwaactl.sandbox.fault_replies import fault_reply
from mwaactl.sandbox.faults import Call, FaultBook, fault_mistakes
from mwaactl.sandbox.front import Front
from mwaactl.sandbox.mwaa import lifecycle, rules
from mwaactl.sandbox.mwaa.exceptions import AccessDeniedException, RestApiServerException, ValidationException
from mwaactl.sandbox.mwaa.operations import OPERATIONS, find_operation
from mwaactl.sandbox.signature import find_signature

NOW = 1000.0


def statuses(course: lifecycle.Course) -> list[str]:
    """Every status of the course in order, sampled finely."""
    seen: list[str] = []
    for step in range(100):
        status = course.status_at(NOW + step * 0.1)
        if not seen or seen[-1] != status:
            seen.append(status)
    return seen


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (lifecycle.creation(NOW, 3, waits_for_endpoints=False, fails=False), ["CREATING", "AVAILABLE"]),
        (lifecycle.creation(NOW, 3, waits_for_endpoints=True, fails=False), ["CREATING", "PENDING"]),
        (lifecycle.creation(NOW, 3, waits_for_endpoints=True, fails=True), ["CREATING", "CREATE_FAILED"]),
        (lifecycle.update(NOW, 3, end=None), ["CREATING_SNAPSHOT", "UPDATING", "AVAILABLE"]),
        (
            lifecycle.update(NOW, 3, end="UPDATE_FAILED"),
            ["CREATING_SNAPSHOT", "UPDATING", "ROLLING_BACK", "UPDATE_FAILED"],
        ),
        (lifecycle.deletion(NOW, 3, fails_into=None), ["DELETING", lifecycle.GONE]),
        (lifecycle.creation(NOW, 0, waits_for_endpoints=False, fails=False), ["AVAILABLE"]),
    ],
)
def test_course_when_time_passes_then_goes_through_its_statuses(course: lifecycle.Course, expected: list[str]) -> None:
    assert statuses(course) == expected


def test_course_when_at_its_end_then_is_final() -> None:
    course = lifecycle.update(NOW, 3, end=None)

    assert course.ends_at == pytest.approx(NOW + 3)
    assert course.status_at(course.ends_at + 1e-6) == "AVAILABLE"


@pytest.mark.parametrize(
    ("old", "new", "is_fine"),
    [
        ("2.10.3", "2.11.2", True),
        ("2.11.2", "2.10.3", True),
        ("2.11.2", "3.0.6", True),
        ("3.3.1", "2.11.2", True),
        ("2.10.3", "3.0.6", False),
        ("3.0.6", "2.10.3", False),
        ("2.10.3", "2.6.3", False),
    ],
)
def test_version_change_when_asked_then_follows_the_guide(old: str, new: str, is_fine: bool) -> None:
    if is_fine:
        rules.check_version_change(old, new)
    else:
        with pytest.raises(ValidationException, match=f"{old} does not support updates to version {new}"):
            rules.check_version_change(old, new)


def test_defaults_when_the_class_is_micro_then_there_is_one_of_each() -> None:
    settings = rules.with_defaults({"EnvironmentClass": "mw1.micro"})

    rules.check_settings(settings)
    assert {settings[name] for name in rules.COUNTS} == {1}


def test_defaults_when_nothing_is_given_then_are_those_of_aws() -> None:
    settings = rules.with_defaults({})

    rules.check_settings(settings)
    assert (settings["Schedulers"], settings["MinWorkers"], settings["MaxWorkers"]) == (2, 1, 10)
    on = {name for name, block in settings["LoggingConfiguration"].items() if block["Enabled"]}
    assert on == {"TaskLogs"}


def test_operations_when_counted_then_are_the_twelve() -> None:
    assert len(OPERATIONS) == len({operation.name for operation in OPERATIONS}) == 12


def test_operation_when_found_then_the_arn_is_decoded_from_the_path() -> None:
    arn = "arn:aws:airflow:eu-west-1:111111111111:environment/demo"
    found = find_operation("POST", f"/tags/{arn}")

    assert found is not None
    operation, from_path = found
    assert operation.name == "TagResource"
    assert operation.input(from_path, {"Tags": {"a": "b"}}) == {"ResourceArn": arn, "Tags": {"a": "b"}}


def test_errors_when_sent_then_have_the_members_of_their_shapes() -> None:
    status, headers, body = AccessDeniedException("no").reply()
    assert (status, headers["x-amzn-errortype"], body) == (403, "AccessDeniedException", '{"Message": "no"}')
    assert RestApiServerException(503, {"title": "Down"}).body()["RestApiStatusCode"] == 503


def test_signature_when_in_header_or_query_then_names_account_and_service() -> None:
    scope = "SANDBOX0123456789012/20261122/eu-west-1/airflow/aws4_request"
    header = find_signature({"HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host"})
    query = find_signature({"QUERY_STRING": f"X-Amz-Credential={scope.replace('/', '%2F')}"})

    assert header == query
    assert header is not None
    assert (header.account_id, header.region, header.service) == ("123456789012", "eu-west-1", "airflow")
    assert find_signature({}) is None


@pytest.mark.parametrize(
    ("fault", "mistake"),
    [
        ({}, "either `environment` or `service`"),
        ({"service": "s3", "environment": "x"}, "either `environment` or `service`"),
        ({"environment": "x", "on": "create", "end": "UPDATE_FAILED"}, "`end` of create must be one of CREATE_FAILED"),
        ({"environment": "x", "on": "create"}, "unless `seconds`"),
        ({"service": "s3", "status": 503, "times": 0}, "`times` must be a number of at least 1"),
        ({"service": "s3", "status": 503, "color": "red"}, "unknown key `color`"),
        ({"service": "s3", "status": 503, "path": "("}, "`path` must be a regular expression"),
        ({"service": "s3"}, "must have `status`, `cut`, `delay_seconds` or `clock_ahead_seconds`"),
        ("s3", "must be an object"),
    ],
)
def test_fault_when_broken_then_says_how(fault: Any, mistake: str) -> None:
    assert any(mistake in text for text in fault_mistakes(fault))
    with pytest.raises(SandboxError):
        FaultBook().replace([fault])


def test_fault_when_limited_then_strikes_only_so_often() -> None:
    book = FaultBook()
    book.replace([{"service": "mwaa", "operation": "GetEnvironment", "status": 429, "times": 2, "every": 2}])
    call = Call("airflow", "GetEnvironment", "GET", "/environments/x")

    struck = [book.of_call(call) is not None for _ in range(6)]

    assert struck == [False, True, False, True, False, False]
    assert book.of_call(Call("airflow", "ListEnvironments", "GET", "/environments")) is None
    assert book.listing()[0]["struck"] == 2


@pytest.mark.parametrize(
    ("service", "expected"),
    [("s3", b"<Code>SlowDown</Code>"), ("iam", b"<ErrorResponse>"), ("ec2", b"<Errors>"), ("logs", b'"__type"')],
)
def test_fault_reply_when_sent_then_is_in_the_protocol_of_the_service(service: str, expected: bytes) -> None:
    sent: list[str] = []

    body = fault_reply({"status": 503}, Call(service, "", "GET", "/"), lambda status, _headers: sent.append(status))

    assert expected in body[0]
    assert sent == ["503 Service Unavailable"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("example.com", "502"),
        ("", "502"),
        ("127.0.0.1.example.com", "502"),
        ("api.mwaa.sandbox.test", "aws"),
        ("127.0.0.1:5000", "aws"),
        ("a.bucket.127.0.0.1:5000", "aws"),
        ("a.bucket.127.0.0.2.example.com", "502"),
        ("12345678-1234-1234-1234-123456789012.c3.eu-west-1.airflow.amazonaws.com", "503"),
    ],
)
def test_front_when_asked_for_a_host_then_answers_only_for_aws(
    host: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def aws(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("aws", [])
        return [environ["HTTP_HOST"].encode()]

    monkeypatch.setattr(front, "load_moto", lambda: aws)
    sent: list[str] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/environments/x", "HTTP_HOST": host, "wsgi.input": io.BytesIO()}

    Front(aws, FaultBook())(environ, lambda status, _headers: sent.append(status))

    assert sent[0].split()[0] == expected


def test_delay_of_a_fault_ends_when_the_faults_are_replaced() -> None:
    book = FaultBook()
    book.replace([{"service": "s3", "delay_seconds": 3600}])
    fault = book.of_call(Call("s3", "", "GET", "/"))
    assert fault is not None
    held = Thread(target=book.delay, args=(fault,), daemon=True)
    held.start()
    book.replace([])
    held.join(30)
    assert not held.is_alive()
