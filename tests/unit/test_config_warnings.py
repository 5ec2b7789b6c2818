"""What works, but not as its author may think."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mwaactl.adapters.project import Project
from unit.broken_configurations.case import case
from unit.broken_configurations.network import ENDPOINTS, SUBNETS

CASES = (
    case("older-patch", 'mwaa:\n  airflow_version: "2.10.1"  #! mwaa.airflow_version | 2.10.3\n'),
    case(
        "logs-off",
        """
        mwaa:
          logging_configuration:
            worker_logs: {enabled: false, log_level: INFO}  #! mwaa.logging_configuration.worker_logs.enabled | is off
        """,
    ),
    case(
        "secret",
        """
        mwaa:
          airflow_configuration_options:
            smtp.smtp_password: correct-horse  #! ...smtp.smtp_password | looks like a secret
            core.default_timezone: AKIAIOSFODNN7EXAMPLE  #! ...core.default_timezone | looks like a secret
            secrets.backend_kwargs: '{"connections_prefix": "airflow/connections"}'
            core.hide_sensitive_var_conn_fields: "true"
        """,
    ),
    case(
        "offline",
        f"""
        mwaa: {{webserver_access_mode: PRIVATE_ONLY}}
        network:
          nat_gateways: none
          interface_endpoints: {ENDPOINTS.replace("kms", "kms, s3")}  #! network.interface_endpoints | gateway endpoint
        artifacts:
          requirements: dags/requirements.txt  #! artifacts.requirements | wheels
        """,
    ),
    case("customer-endpoints", "mwaa:\n  endpoint_management: CUSTOMER  #! mwaa.endpoint_management | 72 hours\n"),
    case("public-range", "network:\n  vpc_cidr: 8.8.0.0/16  #! network.vpc_cidr | no private range\n"),
    case(
        "airflow-3-public-in-an-existing-vpc",
        f"""
        mwaa:
          airflow_version: "3.3.1"
          webserver_access_mode: PUBLIC_ONLY  #! mwaa.webserver_access_mode | NAT gateway
        network:
          vpc_cidr: null
          availability_zones: null
          existing: {{vpc_id: vpc-0123456789abcdef0, subnet_ids: {SUBNETS}}}
        """,
    ),
)


@pytest.mark.parametrize("given", CASES, ids=lambda given: given.name)
def test_configuration_when_doubtful_then_warnings_and_no_error(given, tmp_path: Path) -> None:
    given.write(tmp_path)
    (tmp_path / "dags/requirements.txt").write_text("")
    project = Project(tmp_path, today=date(2026, 11, 22))
    assert project.environment("dev")
    warnings = project.warnings(["dev"])
    assert [(one.line, one.field) for one in warnings] == [(one.line, one.field) for one in given.expected]
    for warning, expected in zip(warnings, given.expected, strict=True):
        assert all(text in str(warning) for text in expected.texts)
    assert "correct-horse" not in repr(warnings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("boto3\n", [(1, "has no --constraint")]),
        ("# none\n", []),
        ('--constraint "https://example.com/constraints-2.10.3/constraints-3.11.txt"\nboto3\n', []),
        ("# pins\n-c https://example.com/constraints-2.10.3/constraints-3.12.txt\n", [(2, "Python 3.11")]),
        ("--constraint constraints-2.9.2/constraints-3.11.txt\n", [(1, "constraints-2.9.2")]),
        ("--constraint /usr/local/airflow/dags/own.txt\nboto3\n", []),
    ],
)
def test_requirements_when_constraints_do_not_fit_then_warning(
    text: str, said: list[tuple[int, str]], tmp_path: Path
) -> None:
    case("requirements", "artifacts: {requirements: dags/requirements.txt}\n").write(tmp_path)
    (tmp_path / "dags/requirements.txt").write_text(text)
    warnings = Project(tmp_path, today=date(2026, 11, 22)).warnings(["dev"])
    assert [(one.file, one.line) for one in warnings] == [("dags/requirements.txt", line) for line, _ in said]
    assert all(words in str(one) for one, (_, words) in zip(warnings, said, strict=True))
