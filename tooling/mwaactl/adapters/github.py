"""Comments and issues on GitHub, by its own program `gh`, which every runner of GitHub Actions has.

Texts go to `gh` on its stdin, never as an argument: arguments are seen by every process of the machine. What is already
there is found by a hidden marker, and only where we wrote it: anybody may comment on a public pull request, marker
included.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mwaactl.adapters.process import Command, run
from mwaactl.errors import ConfigError, MwaactlError, ToolMissing

_COMMENTS = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id
      comments(first: 100, after: $after) {
        nodes { id url viewerDidAuthor body }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""
_ADD = "mutation($id: ID!, $body: String!) { addComment(input: {subjectId: $id, body: $body}) { clientMutationId } }"
_UPDATE = (
    "mutation($id: ID!, $body: String!) { updateIssueComment(input: {id: $id, body: $body}) { clientMutationId } }"
)
_ISSUES = """
query($owner: String!, $name: String!, $label: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    issues(labels: [$label], states: [OPEN], first: 50, after: $after) {
      nodes { number viewerDidAuthor body }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
_MARKER = re.compile(r"<!-- [\w:.-]+ -->")
_REPOSITORY = re.compile(r"([\w.-]+)/([\w.-]+)")
_UNTOLD = ("AWS_", "TF_", "ACTIONS_ID_TOKEN_")
"""Variables that `gh` has no use for: credentials of AWS, and the right to ask for more."""


@dataclass(frozen=True)
class Repository:
    """The repository that the workflow runs for, `owner/name`, and where its event lies."""

    owner: str
    name: str
    event: Path

    @property
    def path(self) -> str:
        """Where the REST API has it."""
        return f"repos/{self.owner}/{self.name}"

    @property
    def variables(self) -> dict[str, Any]:
        """The same for a query."""
        return {"owner": self.owner, "name": self.name}


@dataclass(frozen=True)
class IssueKind:
    """Which issue is meant: `label` and `marker` find it, `title` is what a new one gets."""

    label: str
    marker: str
    title: str
    description: str


def current_repository() -> Repository:
    """Raises ConfigError outside of a job of GitHub Actions, or in one without a token."""
    variables = os.environ
    found = _REPOSITORY.fullmatch(variables.get("GITHUB_REPOSITORY", ""))
    if variables.get("GITHUB_ACTIONS") != "true" or not found:
        raise ConfigError("this runs only as a job of GitHub Actions", hint="leave the option out anywhere else")
    if not (variables.get("GH_TOKEN") or variables.get("GITHUB_TOKEN")):
        raise ConfigError("gh has no token", hint="in the step: env: GH_TOKEN: ${{ github.token }}")
    return Repository(found[1], found[2], Path(variables.get("GITHUB_EVENT_PATH", "")))


def upsert_comment(body: str, marker: str = "") -> str:
    """Post `body` on the pull request that this job runs for, or replace the comment of an earlier run.

    `marker` is what the earlier one began with, by default the first line of `body`. Returns "posted" or "updated".
    Raises ConfigError where there is no pull request, ToolMissing, MwaactlError when GitHub refuses.
    """
    sought = marker or _marker_of(body)
    repository = current_repository()
    number = _pull_request(repository.event)
    subject, found = _comment(repository, number, sought)
    if found:
        _graphql(_UPDATE, {"id": found, "body": body})
        return "updated"
    _graphql(_ADD, {"id": subject, "body": body})
    return "posted"


def upsert_issue(kind: IssueKind, body_of: Callable[[str], str]) -> str:
    """Open, update or close the one issue of a kind.

    `body_of` makes the new body from the present one, which is empty where no issue is open; an empty answer closes
    the issue. Returns "opened", "updated", "closed" or "unchanged". Raises ConfigError, ToolMissing, MwaactlError.
    """
    repository = current_repository()
    number, before = _issue(repository, kind)
    before = before.replace("\r\n", "\n")  # after somebody has edited it in a browser
    after = body_of(before)
    if number is None:
        return _opened(repository, kind, after) if after else "unchanged"
    if after.strip() == before.strip():
        return "unchanged"
    change = {"body": after} if after else {"state": "closed", "state_reason": "completed"}
    _api("PATCH", f"{repository.path}/issues/{number}", change)
    return "updated" if after else "closed"


def _opened(repository: Repository, kind: IssueKind, body: str) -> str:
    label = ("gh", "label", "create", kind.label, "--force", "--description", kind.description)
    _gh((*label, "--repo", f"{repository.owner}/{repository.name}"))
    _api("POST", f"{repository.path}/issues", {"title": kind.title, "body": body, "labels": [kind.label]})
    return "opened"


def _comment(repository: Repository, number: int, marker: str) -> tuple[str, str | None]:
    """The pull request's id, and that of our comment."""
    pull_request: dict[str, Any] = {}
    variables = {**repository.variables, "number": number}
    for pull_request in _pages(_COMMENTS, variables, "pullRequest", "comments"):
        for comment in pull_request["comments"]["nodes"]:
            if comment["viewerDidAuthor"] and comment["body"].startswith(marker):
                return pull_request["id"], comment["id"]
    return pull_request["id"], None


def _issue(repository: Repository, kind: IssueKind) -> tuple[int | None, str]:
    """Number and body of our open issue."""
    for found in _pages(_ISSUES, {**repository.variables, "label": kind.label}, "issues"):
        for issue in found["nodes"]:
            if issue["viewerDidAuthor"] and issue["body"].startswith(kind.marker):
                return issue["number"], issue["body"]
    return None, ""


def _pages(query: str, variables: Mapping[str, Any], *path: str) -> Iterator[dict[str, Any]]:
    """What the query has at `path` in the repository, page by page; the last step of `path` is what has pages."""
    after = None
    while True:
        found: dict[str, Any] | None = _graphql(query, {**variables, "after": after})["repository"]
        listing = found and found[path[0]]
        if not listing:
            raise MwaactlError("GitHub does not show it to this token.", hint="see docs/ci.md for the permissions")
        yield listing
        page = (listing[path[1]] if path[1:] else listing)["pageInfo"]
        if not page["hasNextPage"]:
            return
        after = page["endCursor"]


def _graphql(query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    reply: dict[str, Any] = _api("POST", "graphql", {"query": query, "variables": variables})["data"]
    return reply


def _api(method: str, path: str, content: Mapping[str, Any]) -> Any:
    said = _gh(("gh", "api", "--method", method, path, "--input", "-"), json.dumps(content))
    try:
        return json.loads(said)
    except ValueError as error:
        raise MwaactlError("gh api did not answer in JSON.", cause=said[:200]) from error


def _gh(argv: tuple[str, ...], stdin: str = "") -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_UNTOLD)}
    host = os.environ.get("GITHUB_SERVER_URL", "").removeprefix("https://")
    ours = {"GH_PROMPT_DISABLED": "1", "NO_COLOR": "1", **({"GH_HOST": host} if host else {})}
    try:
        done = run(Command(argv, Path.cwd(), {**kept, **ours}), stdin=stdin)
    except ToolMissing as error:
        error.hint = "install GitHub's program gh, or run on a runner that has it, such as ubuntu-latest"
        raise
    if done.returncode != 0:
        raise MwaactlError(
            f"gh {argv[1]} failed.",
            cause=done.stderr.strip()[-400:] or f"exit code {done.returncode}",
            hint="docs/ci.md says which permissions the job needs",
        )
    return done.stdout


def _marker_of(body: str) -> str:
    first = body.partition("\n")[0].strip()
    if not _MARKER.fullmatch(first):
        raise ValueError("the first line of the body is no marker")
    return first


def _pull_request(event: Path) -> int:
    try:
        return int(json.loads(event.read_text(encoding="utf-8"))["pull_request"]["number"])
    except (OSError, ValueError, KeyError, TypeError):
        what = "this job does not run for a pull request"
        raise ConfigError(what, hint='leave --comment out, or run it "on: pull_request"') from None
