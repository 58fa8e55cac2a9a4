"""Files that are refused, and files that are read otherwise than they look."""

from __future__ import annotations

from typing import Final

from .kit import BASE, HOUR, ROLE, SSO, WEB, Case, raw, web_session, web_token

KEYS: Final = "".join(f"{key} = {value}\n" for key, value in BASE.items())
INDENTED: Final = "".join(f"  {key} = {value}\n" for key, value in BASE.items())
SSO_KEYS: Final = "".join(f"{key} = {value}\n" for key, value in SSO.items())
BEHIND_BASE: Final = f"[profile dev]\nrole_arn = {ROLE}\nsource_profile = base\n"


def config(name: str, text: str) -> Case:
    return Case(name, files=(raw(".aws/config", text),))


def credentials(name: str, text: str) -> Case:
    return Case(name, files=(raw(".aws/credentials", text),))


MISREAD: Final = (
    config("a source below a header without the word", f"[base]\n{KEYS}{BEHIND_BASE}"),
    config("a source below a header with a capital", f"[Profile base]\n{KEYS}{BEHIND_BASE}"),
    config("a source below quotes that do not close", f'[profile "base]\n{KEYS}{BEHIND_BASE}'),
    config("a profile below a header without the word", f"[dev]\n{KEYS}"),
    config("a profile below two headers", f'[profile dev]\n{KEYS}[profile "dev"]\noutput = json\n'),
    config("a profile whose keys are indented", f"[profile dev]\noutput = json\n{INDENTED}"),
    config("keys behind a bracket", "[profile dev] aws_access_key_id = A\n"),
    config("keys for every profile", f"[DEFAULT]\n{KEYS}[profile dev]\n"),
    credentials("a word too much in credentials", f"[profile dev]\n{KEYS}"),
    credentials("blanks about a name in credentials", f"[dev ]\n{KEYS}"),
    credentials("a profile whose header is indented", f"[base]\n{KEYS}  [dev]\n{INDENTED}"),
    config("a profile named with blanks and no quotes", f"[profile dev ]\n[profile d ev]\n{KEYS}"),
    config(
        "an sso-session below a header with an underscore",
        f"[profile dev]\n{SSO_KEYS}[sso_session corp]\nsso_start_url = x\nsso_region = x\n",
    ),
)
REFUSED: Final = (
    config("a key twice", f"[profile dev]\n{KEYS}region = x\nRegion = y\n"),
    config("a byte-order mark", f"\ufeff[profile dev]\n{KEYS}"),
    config("a line below a map without =", f"[profile dev]\n{KEYS}s3 =\n  path\n"),
    credentials("a section twice in credentials", f"[dev]\n{KEYS}[other]\n{KEYS}[dev]\n{KEYS}"),
)
EMPTY_ID: Final = "aws_access_key_id =\naws_secret_access_key = s\n"
EMPTY_KEYS: Final = (
    credentials("keys that are empty", "[dev]\naws_access_key_id =\naws_secret_access_key =\n"),
    credentials("a key without its id", f"[dev]\n{EMPTY_ID}"),
    config("a role behind a key without its id", f"[profile base]\n{EMPTY_ID}{BEHIND_BASE}"),
)
PATHS: Final = (
    Case(
        "a token file below ~",
        {"dev": WEB | {"web_identity_token_file": "~/token"}},
        files=(web_token(),),
    ),
    Case(
        "a token file below $HOME, and v2's session",
        {"dev": WEB | {"web_identity_token_file": "$HOME/token"}},
        files=(web_token(), web_session(HOUR, with_token=False)),
    ),
)
FILES: Final = (*MISREAD, *REFUSED, *EMPTY_KEYS, *PATHS)
