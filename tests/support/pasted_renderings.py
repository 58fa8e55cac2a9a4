"""A session in the words of many programs, and what terminals, mails and chats make of a text."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping
from typing import Final

from awsttl.core.secret import Secret
from awsttl.core.snippets import Credentials, Shell, export
from support.made_sessions import Made

NAMES: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
CAMEL: Final = ("AccessKeyId", "SecretAccessKey", "SessionToken")
LOWER: Final = ("accessKeyId", "secretAccessKey", "sessionToken")
ENDS: Final = 1_795_208_400.0
ENDS_AS_TEXT: Final = "2026-11-20T21:00:00+00:00"


def _each(template: str, names: tuple[str, ...] = NAMES) -> Callable[[Made], str]:
    def render(made: Made) -> str:
        pairs = zip(names, made, strict=True)
        return "".join(template.format(name, value) for name, value in pairs if value)

    return render


def _as_json(
    names: tuple[str, ...], *wrapped: str, indent: int | None = None
) -> Callable[[Made], str]:
    def render(made: Made) -> str:
        body: dict[str, object] = {n: v for n, v in zip(names, made, strict=True) if v}
        if made.token:
            body["Expiration"] = ENDS_AS_TEXT
        for name in reversed(wrapped):
            body = {name: body, "Other": {"Arn": "arn:aws:sts::111122223333:assumed-role/a/b"}}
        return json.dumps(body, indent=indent)

    return render


def _as_words(words: str, between: str) -> Callable[[Made], str]:
    return lambda made: words + between.join(filter(None, made))


def _as_table(made: Made) -> str:
    rows = [(n, v) for n, v in zip(CAMEL, made, strict=True) if v]
    left, right = (max(map(len, column)) for column in zip(*rows, strict=True))
    ruling = f"+{'-' * (left + 4)}+{'-' * (right + 4)}+"
    lines = [f"|  {name.ljust(left)}  |  {value.ljust(right)}  |" for name, value in rows]
    return "\n".join([ruling, *lines, ruling])


def _as_columns(mark: str) -> Callable[[Made], str]:
    def render(made: Made) -> str:
        pairs = [(n, v) for n, v in zip(CAMEL, made, strict=True) if v]
        return "\n".join(mark.join(column) for column in zip(*pairs, strict=True))

    return render


def _as_snippet(shell: Shell) -> Callable[[Made], str]:
    def render(made: Made) -> str:
        token = Secret(made.token) if made.token else None
        ends = ENDS if made.token else None
        credentials = Credentials(made.id, Secret(made.secret), token, ends, "eu-west-1")
        return "\n".join(line.reveal() for line in export(shell, credentials))

    return render


RENDERINGS: Final[Mapping[str, Callable[[Made], str]]] = {
    "export": _each("export {}={}\n"),
    "export quoted": _each('export {}="{}"\n'),
    "export, one line": _each("export {}='{}'; "),
    "before a command": _each("{}={} "),
    "dotenv": _each("{} = {}\n"),
    "fish": _each("set -gx {} {}\n"),
    "csh": _each("setenv {} {}\n"),
    "nu": _each('$env.{} = "{}"\n'),
    "PowerShell": _each('$Env:{}="{}"\n'),
    "cmd": _each("SET {}={}\n"),
    "setx": _each('setx {} "{}"\n'),
    "docker": _each("-e {}={} "),
    "YAML": _each('  {}: "{}"\n', CAMEL),
    "YAML without quotes": _each("{}: {}\n", LOWER),
    "a list of a program": _each("{:<16}: {}\n", CAMEL),
    "XML": _each("<{0}>{1}</{0}>", CAMEL),
    "terraform": _each('{} = "{}"\n', ("access_key", "secret_key", "token")),
    "vault": _each("{:<18} {}\n", ("access_key", "secret_key", "security_token")),
    "kubernetes": _each("- name: {}\n  value: {}\n"),
    "ini": lambda made: "[work]\n" + _each("{} = {}\n", tuple(map(str.lower, NAMES)))(made),
    "JSON": _as_json(CAMEL, indent=4),
    "JSON, one line": _as_json(CAMEL, "Credentials"),
    "JSON of SSO": _as_json(LOWER, "roleCredentials", indent=2),
    "metadata": _as_json(("AccessKeyId", "SecretAccessKey", "Token"), indent=2),
    "text output": _as_words("CREDENTIALS\t", "\t"),
    "one a line": _as_words("", "\n"),
    "table": _as_table,
    "CSV": _as_columns(","),
    "columns": _as_columns("\t"),
    "aws configure set": _each("aws configure set {} {}\n", tuple(map(str.lower, NAMES))),
    **{f"our own for {shell}": _as_snippet(shell) for shell in Shell},
}  # fmt: skip


def _quoted_mail(text: str) -> str:
    return "".join(f"> {line}\n" for line in text.splitlines())


def _coloured(text: str) -> str:
    lines = text.splitlines()
    return "".join(f"\x1b[32m{line[:6]}\x1b[0;1m{line[6:]}\x1b[0m\x1b[K\n" for line in lines)


def _wrapped(width: int) -> Callable[[str], str]:
    def wrap(text: str) -> str:
        lines = text.splitlines()
        return "\n".join(
            line[place : place + width]
            for line in lines
            for place in range(0, max(len(line), 1), width)
        )

    return wrap


def _framed(text: str) -> str:
    lines = text.replace("\t", "    ").splitlines()
    width = max(map(len, lines), default=0)
    body = "".join(f"│ {line.ljust(width)} │\n" for line in lines)
    return f"╭{'─' * (width + 2)}╮\n{body}╰{'─' * (width + 2)}╯"


DISTORTIONS: Final[Mapping[str, Callable[[str], str]]] = {
    "as it is": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "indented": lambda text: textwrap.indent(text, "        "),
    "a tab before each line": lambda text: textwrap.indent(text, "\t"),
    "blanks behind": lambda text: "".join(f"{line}   \n" for line in text.splitlines()),
    "quoted mail": _quoted_mail,
    "quoted twice": lambda text: _quoted_mail(_quoted_mail(text)),
    "a prompt": lambda text: "".join(f"me@host:~$ {line}\n" for line in text.splitlines()),
    "colours": _coloured,
    "framed": _framed,
    "byte-order mark": lambda text: "\ufeff" + text,
    "non-breaking blanks": lambda text: text.replace(" ", "\u00a0"),
    "empty lines between": lambda text: text.replace("\n", "\n\n"),
    "wrapped at 132": _wrapped(132),
    "wrapped at 80": _wrapped(80),
    "wrapped at 61": _wrapped(61),
    "wrapped at 37": _wrapped(37),
    "wrapped, then quoted": lambda text: _quoted_mail(_wrapped(72)(text)),
    "in a JSON string": lambda text: json.dumps({"text": text}),
    "fenced": lambda text: f"```\n{text}\n```",
}
