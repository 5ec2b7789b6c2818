"""Every own check, through checkov's own runners."""

from __future__ import annotations

import json
import subprocess  # noqa: TID251 - what a fresh process imports
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mwaactl.errors import Severity
from mwaactl.policies import reference
from mwaactl.policies.resource import Resource, Surroundings
from mwaactl.policies.rules import NOT_USED, RULES
from unit.policies import environment_cases, surroundings_cases
from unit.policies.case import Case
from unit.policies.plans import context, document, planned, protected, scan
from unit.policies.samples import BUCKET, DOCUMENTED, ENVIRONMENT, LOG_GROUPS, ROLE, role_policy

CASES = (*environment_cases.CASES, *surroundings_cases.CASES)
BY_NUMBER = {rule.number: rule for rule in RULES}


def judged(case: Case, folder: Path) -> Any:
    """The record of the case's check on its first resource, or None."""
    identity = f"CKV_MWAA_{case.number}"
    found = scan(folder, case.plan, [identity], case.as_of)
    mine = [one for one in found if one.resource == case.resources[0].address]
    assert len(mine) <= 1, "judged more than once"
    assert {one.check_id for one in found} <= {identity}
    return mine[0] if mine else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}: {case.name}")
def test_check_of_plan_tells_what_it_shows(case: Case, tmp_path: Path) -> None:
    record = judged(case, tmp_path)
    assert (record.check_result["result"].value if record else None) == case.told
    if record is not None and case.keys is not None:
        assert tuple(record.check_result["evaluated_keys"]) == case.keys
        assert record.severity.name == BY_NUMBER[case.number].severity.value
        assert record.guideline == f"docs/policies.md#ckv_mwaa_{case.number}"


@pytest.mark.parametrize("case", environment_cases.WITHOUT_CONTEXT, ids=lambda case: str(case.number))
def test_check_that_needs_a_context_without_one_tells_nothing(case: Case, tmp_path: Path) -> None:
    assert judged(replace(case, as_of=None), tmp_path) is None


def test_every_check_has_cases_that_pass_and_that_fail() -> None:
    told = Counter((case.number, case.told) for case in CASES)
    assert [rule.id for rule in RULES if not (told[rule.number, "PASSED"] and told[rule.number, "FAILED"])] == []


def test_numbers_are_used_once_and_without_gaps() -> None:
    numbers = [rule.number for rule in RULES]
    assert sorted([*numbers, *NOT_USED]) == list(range(1, max(numbers) + 1))


def test_checks_are_registered_once() -> None:
    from checkov.terraform.checks.resource.registry import resource_registry

    from mwaactl.policies import checks

    registered = [check.id for _, check in resource_registry.all_checks() if check.id.startswith("CKV_MWAA")]
    wanted = [check.id for check in checks.CHECKS for _ in check.supported_resources]
    assert Counter(registered) == Counter(wanted)


def test_only_low_checks_warn() -> None:
    assert [rule.number for rule in RULES if rule.severity is Severity.LOW] == [8, 28, 31]


@pytest.mark.parametrize(("number", "ids"), [(number, ids) for number, (_, ids) in NOT_USED.items()])
def test_number_without_a_check_is_covered_by_checkov(number: int, ids: tuple[str, ...], tmp_path: Path) -> None:
    versioning = planned(
        "module.bucket.aws_s3_bucket_versioning.this", versioning_configuration=[{"status": "Suspended"}]
    ).referring(bucket="aws_s3_bucket.this.id")
    flags = dict.fromkeys(
        ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), False
    )
    block = planned("module.bucket.aws_s3_bucket_public_access_block.this", **flags)
    subnet = planned("aws_subnet.this", map_public_ip_on_launch=True)
    plan = document(BUCKET.without("id"), versioning, block.referring(bucket="aws_s3_bucket.this.id"), subnet)
    found = {one.check_id for one in scan(tmp_path, plan, ids) if one.check_result["result"].value == "FAILED"}
    assert found == set(ids)


def test_secret_of_an_option_is_in_no_record(tmp_path: Path) -> None:
    options = {"smtp.smtp_password": "hunter2-Sekret-9911", "x.url": "amqp://me:hunter2-Sekret-9911@host"}
    plan = document(ENVIRONMENT.but(airflow_configuration_options=options))
    records = scan(tmp_path, plan, [rule.id for rule in RULES], protected())
    failed = [one for one in records if one.check_id == "CKV_MWAA_22"]
    assert failed[0].details == ["options smtp.smtp_password, x.url"]
    assert "hunter2" not in str([vars(one) for one in records])


def test_details_of_a_role_policy_name_the_actions(tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Action": ["s3:*", "glue:GetJob"], "Resource": "*"}
    records = scan(
        tmp_path, document(role_policy(*DOCUMENTED, statement), ROLE), ["CKV_MWAA_9", "CKV_MWAA_10"], context()
    )
    assert {one.check_id: one.details for one in records if one.resource.endswith("documented")} == {
        "CKV_MWAA_9": ["s3:*"],
        "CKV_MWAA_10": ["glue:GetJob, s3:* on *"],
    }


ODD: tuple[Any, ...] = (None, True, 7, "", "x", "${var.x}", [], {}, [[]], [None], {"a": None}, [{"a": [1]}], -1.5)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_odd_values_never_break_a_judge(rule: Any) -> None:
    """checkov takes a check that raises for one that has nothing to say."""
    from mwaactl.policies.context import judging

    everything = {**ENVIRONMENT.values, **ROLE.values, **BUCKET.values, "policy": "{", "rule": [], "ingress": []}
    as_of = context(protected=True, policy={"required_tags": ("a",), "max_workers": 3}, ttl="1h")
    for kind in (one.replace("*", "sqs_queue") for one in rule.resources):
        for key in everything:
            for odd in ODD:
                conf = {name: [value] for name, value in everything.items()}
                conf |= {key: odd, "__address__": f"{kind}.this", "__change_actions__": ["create"]}
                around = Surroundings()
                around.resources.extend([Resource(kind, conf, around), Resource("aws_mwaa_environment", conf, around)])
                with judging(as_of):
                    rule.judge(Resource(kind, conf, around))


def test_page_is_fresh(root: Path) -> None:
    assert (root / "docs" / "policies.md").read_text() == reference.text(), (
        "python -c 'from mwaactl.policies import reference; print(reference.text(), end=\"\")' > docs/policies.md"
    )


def test_commands_import_no_check_at_start() -> None:
    script = (
        "import json, sys, mwaactl.cli, mwaactl.adapters.checkov, mwaactl.policies\n"
        "ours = 'mwaactl.policies.rules'\n"
        "print(json.dumps([name for name in sys.modules if name.split('.')[0] == 'checkov' or name == ours]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_reference_needs_no_checkov() -> None:
    script = "import sys; from mwaactl.policies import reference; reference.text(); sys.exit('checkov' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_sound_environment_fails_nothing(tmp_path: Path) -> None:
    plan = document(ENVIRONMENT, *LOG_GROUPS, ROLE, role_policy(*DOCUMENTED))
    records = scan(tmp_path, plan, [rule.id for rule in RULES], protected())
    assert [one.check_id for one in records if one.check_result["result"].value == "FAILED"] == []
    assert len(records) > 15, "it has looked at next to nothing"
