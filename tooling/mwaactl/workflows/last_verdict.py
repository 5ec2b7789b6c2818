"""The last verdict of policy on an environment: kept when a plan is judged, recalled without making a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mwaactl.adapters.last_verdicts import load_verdict, save_verdict
from mwaactl.adapters.plan_records import digest_of, digest_of_texts, terraform_files
from mwaactl.model.dashboard import Judgement, Told
from mwaactl.model.last_verdict import LastVerdict
from mwaactl.model.redaction import secrets_in
from mwaactl.model.release import age_s
from mwaactl.workflows.tools import Toolbox

if TYPE_CHECKING:
    from mwaactl.model.environment import Environment
    from mwaactl.model.verdict import Verdict


def keep(tools: Toolbox, environment: Environment, verdict: Verdict, document: Mapping[str, Any]) -> None:
    """Store the verdict on a plan (`terraform show -json`) beside it, for this target."""
    moment = tools.now().isoformat(timespec="seconds")
    last = LastVerdict(verdict, moment, *_digests(tools, environment))
    save_verdict(tools.data(environment.name), last, secrets_in(document))


def recall(tools: Toolbox, environment: Environment) -> Told[Judgement]:
    """The last verdict, and whether what it was given on has changed since."""
    last = load_verdict(tools.data(environment.name))
    if last is None:
        return Told(missing=f"not looked yet: mwaactl plan {environment.name} judges, and the dashboard then shows it")
    configuration, modules = _digests(tools, environment)
    changed = {"the configuration": configuration != last.configuration, "the Terraform code": modules != last.modules}
    words = tuple(word for word, is_changed in changed.items() if is_changed)
    return Told(Judgement(last.verdict, last.judged_at, age_s(last.judged_at, tools.now()), words))


def _digests(tools: Toolbox, environment: Environment) -> tuple[str, str]:
    root = tools.project.root
    configuration = digest_of_texts(file.text for file in tools.project.rendered(environment))
    return configuration, digest_of(root, terraform_files(root))
