"""Secrets by their form: what keys, tokens and assignments look like in any text.

Every quantifier is bounded or runs over what cannot begin another match, so that no text makes a search slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mwaactl.model.secret_names import is_reference, is_secret

HIDDEN = "(hidden)"
SHORTEST_KEY = 19

_WHOLE = re.compile(
    r"""
      (?<![A-Z0-9])(?:A3T[A-Z0-9]|A[KS]IA|ABIA|ACCA)[A-Z0-9]{12,17}        # AWS
    | -----BEGIN[A-Z0-9\ ]{0,40}PRIVATE\ KEY(?:\ BLOCK)?-----
      (?:[A-Za-z0-9+/=\s:,.()]|\\+[nrt]|-(?!----))*                               # to the end, also of what was cut off
      (?:-----END[A-Z0-9\ ]{0,40}-----)?
    | (?<![A-Za-z0-9])(?:
        gh[pousr]_[A-Za-z0-9]{20,255} | github_pat_\w{20,255} | glpat-[\w-]{20,60}       # GitHub, GitLab
      | xox[a-z]-[A-Za-z0-9-]{10,255} | xapp-[A-Za-z0-9-]{10,255}                        # Slack
      | npm_[A-Za-z0-9]{30,255} | pypi-[\w-]{30,255} | AIza[\w-]{35}
      | [sr]k_(?:live|test)_[A-Za-z0-9]{16,255} | sk-[\w-]{20,255}
    )
    | (?<![\w-])eyJ[\w-]{10,4000}\.[\w-]{10,4000}\.[\w-]{0,4000}            # JSON web tokens
    """,
    re.VERBOSE,
)
_LOGIN = re.compile(r"""(?<=://)(?P<kept>[^\s/:@"'<>]{0,100}:)(?P<secret>[^\s/@"'<>]{1,200})(?=@)""")
_HOOK = re.compile(r"(?P<kept>hooks\.slack\.com/(?:services|workflows)/)(?P<secret>[\w/-]{10,255})")
_BEARER = re.compile(r"(?i)(?P<kept>\b(?:bearer|basic)\s{1,3})(?P<secret>(?=[^\s\d]{0,200}\d)[\w.~+/=-]{16,4000})")
_NAME = (
    r"(?<!CKV_)(?P<name>(?:passw(?:or)?d|passphrase|pwd|secret|token|api_?key|access_?key|private_?key|credential"
    r"|fernet_?key|auth_?key|connection_?string|sql_alchemy_conn)[\w.-]{0,40})"
)
_QUOTE = r"""["']|&quot;|&\#3[49];"""
_ASSIGNED = re.compile(
    rf"""(?ix)
    (?P<kept>{_NAME} (?:\\{{0,7}}["']|{_QUOTE})? [ \t]{{0,40}}
      (?: (?: => | := | (?<![=!<>])=(?!=) | : ) [ \t]{{0,40}}
          (?: (?:{_QUOTE})(?P<quoted>) | (?P<escape>\\{{1,7}})["'] )
        | (?<![=!<>:])=(?!=) [ \t]{{0,40}}
        | (?P<prose>:[ \t]{{1,3}}) ) )
    (?P<secret>
      (?(quoted) (?: [^"'\\\n&] | \\. | &(?!quot;|\#3[49];) ){{1,4000}}
        | (?(escape) (?: [^"'\\\n&] | (?!(?P=escape)["'])\\{{1,15}}[^\\\n] | &(?!quot;|\#3[49];) ){{1,4000}}
            | [^\s"'<>,;&)\]}}\\(\[{{] [^\s"'<>,;&)\]}}\\]{{2,4000}} ) ) )
    """
)


def without_forms(text: str) -> str:
    """`text` with everything cut out that has the form of a secret."""
    text = _WHOLE.sub(HIDDEN, text)
    for form in (_LOGIN, _HOOK, _BEARER):
        text = form.sub(rf"\g<kept>{HIDDEN}", text)
    return _ASSIGNED.sub(lambda found: found["kept"] + HIDDEN if _is_assigned(found) else found[0], text)


def forms_in(text: str) -> Iterator[str]:
    """The secrets in a text, by their form."""
    for found in _WHOLE.finditer(text):
        yield found[0]
    for form in (_LOGIN, _HOOK, _BEARER, _ASSIGNED):
        for found in form.finditer(text):
            if form is not _ASSIGNED or _is_assigned(found):
                yield found["secret"]


def key_form_in(text: str) -> bool:
    """Has the text a private key, a key of AWS or a token of a known service in it? AWS's own examples are none."""
    return any(not found[0].endswith("EXAMPLE") and len(found[0]) > SHORTEST_KEY for found in _WHOLE.finditer(text))


def _is_assigned(found: re.Match[str]) -> bool:
    """Is this a secret, and no reference, no other secret already cut out, no word of a sentence?"""
    secret = found["secret"]
    if secret.lower() in {"null", "none", "undefined"} or HIDDEN in secret or is_reference(secret):
        return False
    if re.match(r"(?:var|local|data|module|each|aws_\w+)\.|[a-z]+\(", secret):
        return False  # an expression of Terraform
    if found["prose"] is not None and not any(sign.isdigit() for sign in secret):
        return False  # "token: expired"
    return is_secret(found["name"], secret)
