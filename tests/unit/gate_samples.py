"""Gates as a workflow would hand them to a renderer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mwaactl.errors import Diagnostic, Finding, Severity, TerraformError
from mwaactl.model.cost import Cost, CostDifference, CostItem
from mwaactl.model.gate import Affected, Gate, GateReport, OptionChange
from mwaactl.model.plan import Action, AttributeChange, Plan, ResourceChange
from mwaactl.model.result import Outcome
from mwaactl.model.verdict import Verdict, Waived

COMMIT = "1f0c0ffee0123456789abcdef0123456789abcde"
MWAA = "module.mwaa.aws_mwaa_environment.this"
BUCKET = "module.bucket.aws_s3_bucket.this"
RULE = 'module.network.aws_security_group_rule.this["a|b"]'

REPLACED = Finding(
    "GUARD_REPLACE",
    MWAA,
    "would be replaced, forced by airflow_version: its metadata database goes too",
    "if that is what you want: --allow-replace 'module.mwaa.aws_mwaa_environment.this'",
    "prod",
    Severity.CRITICAL,
    "envs/prod.yaml",
    7,
)
LOGS = Finding(
    "CKV_MWAA_1",
    MWAA,
    "task logs are off",
    "mwaa.logs.task: INFO",
    severity=Severity.HIGH,
    file="modules/mwaa/main.tf",
    line=12,
    guideline="https://docs.example.com/mwaa/logs#task",
    attribute="logging_configuration.task_logs.enabled",
)
PUBLIC = Finding(
    "CKV2_AWS_66", MWAA, "MWAA environment is public", environment="prod", file="modules/mwaa/main.tf", line=3
)
TTL = Finding("CKV_MWAA_21", "envs/prod.yaml", "no ttl", environment="prod", severity=Severity.LOW)
STALE = Finding(
    "RENDER_STALE", "envs/dev.tfvars", "is not what it renders to", "mwaactl render", file="envs/dev.tfvars"
)


def cost(low: str, high: str, *unknown: str) -> Cost:
    items = [CostItem("environment", Decimal(low), Decimal(high), "0.49 USD x 730 h")]
    return Cost("prod", (*items, *(CostItem(name, None, None, "no price") for name in unknown)), "2026-11-01")


def attribute(name: str, before: str, after: str, *, forces: bool = False) -> AttributeChange:
    return AttributeChange(name, before, after, forces)


UPDATED = ResourceChange(
    BUCKET, "aws_s3_bucket", Action.UPDATE, (attribute("tags", '{"team": "a"}', '{"team": "data"}'),)
)
CHANGES = (
    ResourceChange(
        MWAA,
        "aws_mwaa_environment",
        Action.REPLACE,
        (
            attribute("airflow_configuration_options", "(sensitive)", "(sensitive)"),
            attribute("airflow_version", "2.10.3", "3.0.6", forces=True),
        ),
    ),
    UPDATED,
    ResourceChange(RULE, "aws_security_group_rule", Action.DELETE),
    ResourceChange("module.kms.aws_kms_key.this", "aws_kms_key", Action.CREATE),
    ResourceChange("module.kms.aws_kms_alias.old", "aws_kms_alias", Action.FORGET),
)

PROD = GateReport(
    "prod",
    ("envs/prod.yaml", "modules/mwaa/main.tf", "modules/mwaa/variables.tf", "envs/terraform.tfvars.j2"),
    Verdict(
        "prod",
        refusals=(LOGS, REPLACED),
        waived=(Waived(PUBLIC, "behind the company's proxy (platform, until 2027-06-30)", "envs/waivers.yaml"),),
        warnings=(TTL,),
        passed=41,
    ),
    Plan("prod", CHANGES, ("webserver_url",)),
    (
        OptionChange("core.parallelism", "8", "16"),
        OptionChange("smtp.smtp_password", None, "(secret)"),
        OptionChange("webserver.expose_config", "true", None),
    ),
    CostDifference(cost("350.40", "700.80"), cost("362.40", "745.80", "nat data")),
    12.25,
)
STAGE = GateReport(
    "stage",
    ("modules/bucket/main.tf",),
    Verdict("stage", refusals=(LOGS,), passed=42),
    Plan("stage", (UPDATED,)),
    cost=CostDifference(cost("350.40", "700.80"), cost("350.40", "700.80")),
    seconds=9.5,
)
QA = replace(
    STAGE,
    environment="qa",
    verdict=Verdict("qa", passed=43),
    plan=Plan("qa", (UPDATED,)),
    cost=CostDifference(None, cost("100", "250.5")),
)
FAILURE = TerraformError(
    "Terraform could not plan.",
    diagnostics=[Diagnostic("error", "No valid credential sources found", "IMDS is off", place="main.tf:3")],
    hint="mwaactl doctor dev",
)


def gate(*reports: GateReport, **fields: object) -> Gate:
    """A gate on these reports."""
    outcomes = tuple(Outcome(report.environment, report) for report in reports)
    plain = Gate(is_static=False, since="origin/main", commit=COMMIT, repository=Verdict("", passed=3))
    return replace(plain, **({"outcomes": outcomes} | fields))  # type: ignore[arg-type]


PASSING = gate(QA, left_out=(Affected("dev"),))
UNAFFECTED = gate(left_out=(Affected("dev"), Affected("prod")))
STATIC = gate(replace(PROD, plan=None, cost=None, options=(), verdict=Verdict("prod", (LOGS,))), is_static=True)
REFUSED = gate(
    repository=Verdict("", refusals=(STALE,), passed=3),
    outcomes=(
        Outcome("prod", PROD),
        Outcome("stage", STAGE),
        Outcome("dev", error=FAILURE),
        Outcome("qa", QA),
    ),
    left_out=(Affected("sandbox"),),
)
FAILED = gate(outcomes=(Outcome[GateReport]("dev", error=FAILURE),))


def large(resources: int = 400) -> Gate:
    """A plan of many changes, every twentieth a loss of state, each with attributes, and as many warnings."""
    changes, warnings = [], []
    for number in range(resources):
        address = f'module.bucket.aws_s3_object.this["artifacts/plugins/operators/{number:04}.py"]'
        action = (Action.CREATE, Action.UPDATE)[number % 2]
        changed = tuple(attribute(f"attribute_{index}", "a" * 60, "b" * 60) for index in range(4))
        if number % 20 == 0:
            address, action = f"module.logs[{number}].aws_cloudwatch_log_group.this", Action.REPLACE
            changed = (attribute("name", "old", "new", forces=True),)
        changes.append(ResourceChange(address, address.split(".")[-2], action, changed))
        warnings.append(Finding("CKV_AWS_158", address, "log group without a key " * 3, "encrypt it", "prod"))
    refusals = tuple(
        Finding(
            "GUARD_REPLACE",
            change.address,
            "would be replaced, forced by name",
            "keep it",
            "prod",
            file="envs/prod.yaml",
        )
        for change in changes
        if change.action is Action.REPLACE
    )
    verdict = Verdict("prod", refusals, warnings=tuple(warnings))
    return gate(GateReport("prod", ("envs/prod.yaml",), verdict, Plan("prod", tuple(changes)), seconds=30.0))
