"""Rules broken by a file as such."""

from __future__ import annotations

from pathlib import Path

from gate.rules import MWAA, SMALL_ONLY, Rule, appended, replaced


def render_stale(root: Path) -> None:
    """A tfvars file that somebody edited by hand."""
    path = root / "envs" / "stage.tfvars"
    path.write_text(path.read_text().replace("max_workers", "max_workers ", 1))


def waiver_expired(root: Path) -> None:
    """The waiver of dev's public web server, a year ago."""
    replaced("envs/waivers.yaml", "expires: 2027-06-30", "expires: 2025-06-30")(root)


def linked_outside(root: Path) -> None:
    """A DAG that is a link to a file of the machine."""
    (root / "dags" / "leak.py").symlink_to("/etc/passwd")


IN_FILES = (
    Rule(
        "stale tfvars",
        "RENDER_STALE",
        render_stale,
        "envs/stage.tfvars",
        "envs/stage.tfvars",
        "max_workers ",
        is_rendered=False,
    ),
    Rule(
        "format",
        "TERRAFORM_FMT",
        replaced("modules/kms/main.tf", "enable_key_rotation     = true", "enable_key_rotation = true"),
        "modules/kms/main.tf",
        "modules/kms/main.tf",
        "",
    ),
    Rule(
        "not HCL",
        "TERRAFORM_FMT",
        appended("modules/kms/main.tf", "\nresource {\n"),
        "modules/kms/main.tf",
        "modules/kms/main.tf",
        "resource {",
    ),
    Rule(
        "DAG syntax",
        "DAG_SYNTAX",
        appended("dags/daily_retail_etl.py", "\ndef broken(:\n"),
        "dags/daily_retail_etl.py",
        "dags/daily_retail_etl.py",
        "def broken(:",
    ),
    Rule(
        "DAG for a newer Python",
        "DAG_SYNTAX",
        appended("dags/first_steps.py", "\ntype Rows = list[int]\n"),
        "dags/first_steps.py",
        "dags/first_steps.py",
        "type Rows",
    ),
    Rule("link outside", "LINK_OUTSIDE", linked_outside, "dags/leak.py", "dags/leak.py", ""),
    Rule(
        "module from elsewhere",
        "MODULE_SOURCE",
        appended(
            "terraform/more.tf",
            """module "more" {
  source = "git::https://example.com/evil.git"
}
""",
        ),
        "git::https://example.com/evil.git",
        "terraform/more.tf",
        "source =",
    ),
    Rule(
        "module from above",
        "MODULE_SOURCE",
        appended(
            "terraform/more.tf",
            """module "more" {
  source = "../../elsewhere"
}
""",
        ),
        "../../elsewhere",
        "terraform/more.tf",
        "source =",
    ),
    Rule("expired waiver", "CKV2_AWS_66", waiver_expired, MWAA, "envs/dev.yaml", "webserver_access_mode:", "dev"),
    Rule(
        "team check in YAML",
        "CKV2_TEAM_1",
        appended("policies/small.yaml", SMALL_ONLY),
        MWAA,
        "envs/prod.yaml",
        "environment_class:",
        "prod",
    ),
)
