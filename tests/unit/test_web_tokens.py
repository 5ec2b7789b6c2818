"""Tokens of the sandbox's web servers: one environment, one purpose, 60 seconds, the web's only once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest

from mwaactl.sandbox.web.tokens import Kind, Tokens

HERE, ELSEWHERE = uuid.uuid4(), uuid.uuid4()


@dataclass
class Clock:
    """Seconds, moved by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens(clock)


def test_cli_token_is_taken_for_60_seconds_and_not_longer(tokens: Tokens, clock: Clock) -> None:
    token = tokens.issue(Kind.CLI, HERE)
    assert tokens.accept(Kind.CLI, HERE, token)
    clock.now += 59.9
    assert tokens.accept(Kind.CLI, HERE, token)
    clock.now += 0.1
    assert not tokens.accept(Kind.CLI, HERE, token)


def test_web_token_logs_in_once(tokens: Tokens, clock: Clock) -> None:
    token, other = tokens.issue(Kind.WEB, HERE), tokens.issue(Kind.WEB, HERE)
    assert tokens.accept(Kind.WEB, HERE, token)
    assert not tokens.accept(Kind.WEB, HERE, token)
    clock.now += 60
    assert not tokens.accept(Kind.WEB, HERE, other)


def test_token_is_for_one_environment_and_one_purpose(tokens: Tokens) -> None:
    cli, web = tokens.issue(Kind.CLI, HERE), tokens.issue(Kind.WEB, HERE)
    assert not tokens.accept(Kind.CLI, ELSEWHERE, cli)
    assert not tokens.accept(Kind.WEB, HERE, cli)
    assert not tokens.accept(Kind.CLI, HERE, web)
    assert not tokens.accept(Kind.WEB, ELSEWHERE, web)
    assert tokens.accept(Kind.WEB, HERE, web), "somebody who tries it elsewhere does not use it up"


def test_tokens_of_a_deleted_environment_are_gone_and_others_stay(tokens: Tokens) -> None:
    gone, kept = tokens.issue(Kind.CLI, HERE), tokens.issue(Kind.CLI, ELSEWHERE)
    tokens.forget(HERE)
    assert not tokens.accept(Kind.CLI, HERE, gone)
    assert tokens.accept(Kind.CLI, ELSEWHERE, kept)


@pytest.mark.parametrize("nonsense", ["", " ", "sandbox-cli-", "\ud800", "\N{SNOWMAN}"])
def test_nonsense_is_no_token(tokens: Tokens, nonsense: str) -> None:
    tokens.issue(Kind.CLI, HERE)
    assert not tokens.accept(Kind.CLI, HERE, nonsense)


def test_tokens_are_not_in_what_is_kept(tokens: Tokens) -> None:
    token = tokens.issue(Kind.CLI, HERE)
    assert token not in repr(vars(tokens))
