"""`mwaactl cost` through the real command line, on a project of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from mwaactl.adapters.process import Command, Completed
from mwaactl.adapters.process import run as run_process
from mwaactl.cli import root as mwaactl

ENVIRONMENT = """\
project: retail
account_id: "{account}"
region: {region}
mwaa:
  airflow_version: "2.10.3"
  environment_class: {size}
  max_workers: {workers}
network:
  vpc_cidr: 10.{block}.0.0/16
  availability_zones: [{region}a, {region}b]
artifacts: {{ plugins: null, requirements: null, startup_script: null }}
policy:
  monthly_budget: {budget}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """small within its budget, large over its own, huge without a price."""
    for folder in ("terraform", "envs", "dags"):
        (tmp_path / folder).mkdir()
    for block, (name, region, size, workers, budget) in enumerate(
        [
            ("small", "us-east-1", "mw1.small", 1, 500),
            ("large", "eu-west-1", "mw1.large", 25, 2000),
            ("huge", "us-east-1", "mw1.2xlarge", 3, 90000),
        ]
    ):
        text = ENVIRONMENT.format(
            account=str(block + 1) * 12, region=region, size=size, workers=workers, block=block + 1, budget=budget
        )
        (tmp_path / "envs" / f"{name}.yaml").write_text(text)
    return tmp_path


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def _run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            mwaactl.main(["cost", *arguments, "--project", str(project)])
        written = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, written.out, written.err

    return _run


def outcomes(out: str) -> dict[str, Any]:
    return {one["environment"]: one["data"] for one in json.loads(out)["data"]}


def test_cost_when_one_is_named_then_table_with_total_budget_and_date(run: Any) -> None:
    code, out, err = run("small")
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert ["environment", "mw1.small", "357.70", "357.70", "1", "x", "0.49", "USD", "x", "730", "h"] in lines
    assert next(line for line in lines if line[:1] == ["total"])[1:] == ["432.10", "437.11"]
    assert "within the budget of 500.00 USD" in out
    assert "prices of 2026-" in out
    assert "differs" not in out
    assert "large" not in out


def test_cost_when_prices_are_unknown_then_they_are_named_and_no_zero(run: Any) -> None:
    _, out, _ = run("huge")
    line = next(line for line in out.splitlines() if line.startswith("environment mw1.2xlarge"))
    assert line.count("not estimated") == 2
    assert "0.00" not in line
    assert "not in the total: environment mw1.2xlarge, additional workers" in out
    assert "cannot be told" in out


def test_cost_when_none_or_all_are_named_then_all_and_a_sum(run: Any) -> None:
    _, out, _ = run()
    assert [line.split()[0] for line in out.splitlines() if "from USD/month" in line] == ["huge", "large", "small"]
    assert "all 3: " in out
    assert "and what is not estimated" in out
    assert "over the budget of 2,000.00 USD" in out
    assert out.count("prices of us-east-1; eu-west-1 differs") == 1
    assert run("--all")[1] == out


def test_cost_as_json_when_asked_then_numbers_in_cents_and_null_for_unknown(run: Any) -> None:
    code, out, _ = run("--output", "json")
    found = outcomes(out)
    assert (code, json.loads(out)["status"]) == (0, "success")
    assert set(found) == {"small", "large", "huge"}
    small, huge = found["small"], found["huge"]
    assert (small["low"], small["high"], small["unknown"]) == (432.1, 437.11, [])
    assert (small["budget"], small["budget_state"], small["currency"], small["rate"]) == (500.0, "within", "USD", 1.0)
    assert sum(round(one["low"] * 100) for one in small["items"]) == 43210
    assert (huge["items"][0]["low"], huge["items"][0]["high"], huge["budget_state"]) == (None, None, "unknown")
    assert found["large"]["budget_state"] == "over"


def test_cost_in_another_currency_when_given_a_rate_then_amounts_and_budget_are_converted(run: Any) -> None:
    found = outcomes(run("small", "large", "--currency", "inr", "--rate", "83.123456", "--output", "json")[1])
    small = found["small"]
    assert (small["currency"], small["rate"], small["budget"]) == ("INR", 83.123456, 41561.73)
    assert small["items"][0]["low"] == 29733.26
    assert (small["budget_state"], found["large"]["budget_state"]) == ("within", "over")
    _, out, _ = run("small", "--currency", "EUR", "--rate", "0.92")
    assert "from EUR/month" in out
    assert "at 0.92 EUR for one USD" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--currency", "EUR"], "go together"),
        (["--rate", "0.92"], "go together"),
        (["--currency", "euro", "--rate", "0.92"], "three letters"),
        (["--currency", "EUR", "--rate", "0,92"], "with a point"),
        (["--currency", "EUR", "--rate", "0"], "is not from"),
        (["--currency", "EUR", "--rate", "-1"], "is not from"),
        (["--currency", "EUR", "--rate", "nan"], "is not from"),
        (["--currency", "EUR", "--rate", "1e999999"], "is not from"),
        (["--currency", "USD", "--rate", "1"], "leave out"),
        (["small", "--all"], "not both"),
        (["smal"], "did you mean small?"),
    ],
)
def test_cost_when_arguments_do_not_fit_then_exit_2_and_what_to_do(run: Any, arguments: list[str], words: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_cost_when_a_file_is_broken_then_exit_2_with_its_place(run: Any, project: Path) -> None:
    (project / "envs/small.yaml").write_text("project: retail\n")
    code, _, err = run("small")
    assert code == 2
    assert "envs/small.yaml:1:" in err


def python(code: str, folder: Path) -> Completed:
    """Run code without any other program, credentials or settings."""
    return run_process(Command([sys.executable, "-c", code], folder, {"PATH": "", "HOME": str(folder)}))


def test_cost_when_there_is_no_terraform_and_no_aws_then_it_needs_neither(project: Path) -> None:
    code = (
        "import sys\nfrom mwaactl.cli import root\n"
        "try:\n    root.main(['cost', 'small'])\n"
        "except SystemExit as end:\n    code = end.code\n"
        "sys.exit(' '.join({'boto3', 'checkov'} & set(sys.modules)) or code)\n"
    )
    done = python(code, project)
    assert (done.returncode, done.stderr) == (0, "")
    assert "357.70" in done.stdout


def test_help_when_shown_then_nothing_of_the_estimate_is_imported(project: Path) -> None:
    code = (
        "import sys\nfrom mwaactl.cli import root\n"
        "try:\n    root.main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = ('yaml', 'pydantic', 'decimal', 'mwaactl.model', 'mwaactl.workflows', 'mwaactl.render')\n"
        "sys.exit(' '.join(name for name in sys.modules if name.startswith(heavy)) or 0)\n"
    )
    done = python(code, project)
    assert (done.returncode, done.stderr) == (0, "")
    assert " cost " in done.stdout
