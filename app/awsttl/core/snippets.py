"""Snippets for shells: the commands that export a session, and those that unset the AWS variables.

Every value is quoted so that the shell stores exactly that value, whatever is in it: a session
token comes from a file that any program may have written. Where a shell cannot express a value,
there is no snippet but a ``ValueError`` with the reason, which names the variable and never holds
the value.

Tests run bash, zsh, dash and fish to prove the quoting. PowerShell follows its own
``CodeGeneration.EscapeSingleQuotedStringContent``, nushell its book, cmd the rules of ``set`` and
``for /f``, .env files python-dotenv.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from awsttl.core.named_tuples import NamedTuple
from awsttl.core.profiles import environment, timestamps
from awsttl.core.secret import Secret

MASK: Final = "••••••••"
"""Stands for a secret of any length."""

PROFILE: Final = "AWS_PROFILE"

CMD_LINE_LIMIT: Final = 8191
"""Characters that cmd takes in one line; it drops the rest in silence."""


class Shell(enum.StrEnum):
    """A language of snippets. The values are the names to show, in the order to show them."""

    POSIX = "bash/zsh"
    FISH = "fish"
    POWERSHELL = "PowerShell"
    CMD = "cmd"
    NUSHELL = "nushell"
    DOTENV = "dotenv"


class Credentials(NamedTuple):
    """What a session consists of. The access key is no secret, but it stays out of ``repr``."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None
    """``None`` for long-term keys."""
    expires_at: float | None
    region: str
    """Empty when the profile sets none: the shell then keeps the region it has."""

    def __repr__(self) -> str:
        return f"Credentials(expires_at={self.expires_at}, region={self.region!r})"


class Line(NamedTuple):
    """One command of a snippet. A quoted line break may make it span several rows."""

    masked: str
    """The command with its secrets masked, always one row of printable characters."""
    text: Secret
    is_aside: bool = False
    """Whether it only makes room for what the others set."""

    def reveal(self) -> str:
        """The command as the shell needs it. Call it only where a key asked for that."""
        return self.text.reveal()


REPLACED: Final = (
    *environment.KEYS,
    *timestamps.ENVIRONMENT_RECORDED_AS,
    "EC2_SECURITY_TOKEN",
    "AWS_ACCOUNT_ID",
)
"""Variables that describe the session in the environment: an export sets each or removes it.

An old ``AWS_SECURITY_TOKEN`` would win, because botocore reads it before ``AWS_SESSION_TOKEN``; an
old token makes long-term keys fail; an old expiry makes botocore refuse good keys, and other tools
show the wrong end; an old account id sends requests to another account's endpoints.

``AWS_PROFILE`` and the web identity variables are left as they are: the AWS CLI looks at them only
where there are no keys, and the person comes back to them when the keys are unset.
"""


def export(shell: Shell, credentials: Credentials) -> tuple[Line, ...]:
    """The commands after which the AWS CLI and the SDKs use exactly these credentials.

    Variables without a value are removed first, and not set to an empty text: botocore takes that
    for a value. The region is set in two variables, because AWS CLI v2 reads ``AWS_REGION`` and
    boto3 only ``AWS_DEFAULT_REGION``; without a region both stay as they are. A .env file cannot
    remove a variable.

    Raises ``ValueError`` when a key is missing or when the shell cannot express a value.
    """
    if not credentials.access_key_id or not credentials.secret_access_key:
        raise ValueError("there is no session to export: a key is missing")
    values = _values(credentials)
    stale = [name for name in REPLACED if name not in values]
    removals = [_plain(command) for command in _removals(shell, stale)]
    return (*removals, *(_setting(shell, name, *value) for name, value in values.items()))


def use(shell: Shell, profile: str, stale: Iterable[str]) -> tuple[Line, ...]:
    """The commands after which the AWS CLI and the SDKs use a profile by its name.

    What sets it comes first, where people look. *stale* are variables to remove: each that would
    win over ``AWS_PROFILE``. Raises ``ValueError`` when the shell cannot express the name.
    """
    names = [name for name in stale if name != PROFILE]
    removals = [_plain(command) for command in _removals(shell, names)] if names else []
    return (_setting(shell, PROFILE, Secret(profile), profile), *removals)


def unset(shell: Shell, names: Iterable[str] = environment.TO_UNSET) -> tuple[Line, ...]:
    """The commands after which the AWS CLI prefers no variable to a profile.

    A .env file cannot unset a variable. An empty value would be worse than none, because botocore
    takes an empty ``AWS_SECURITY_TOKEN`` for the token; so a comment says what to do.
    """
    if shell is Shell.DOTENV:
        return (_plain("# a .env file cannot unset a variable: delete its AWS_ lines instead"),)
    return tuple(_plain(command) for command in _removals(shell, names))


def change(shell: Shell, gone: Iterable[str], values: Mapping[str, Secret]) -> tuple[Line, ...]:
    """The commands that remove variables and then set others, whatever these are.

    Raises ``ValueError`` when the shell cannot express a value.
    """
    names = [name for name in gone if name not in values]
    removals = [_plain(command) for command in _removals(shell, names)]
    return (*removals, *(_setting(shell, name, value, MASK) for name, value in values.items()))


def live(
    shell: Shell, gone: Iterable[str], values: Mapping[str, Secret], shown: Collection[str]
) -> tuple[Line, ...]:
    """The same, with what is set first; the values of the variables *shown* are no secrets."""
    names = [name for name in gone if name not in values]
    removals = [_plain(command) for command in _removals(shell, names)]
    settings = (
        _setting(shell, name, value, value.reveal() if name in shown else MASK)
        for name, value in values.items()
    )
    return (*settings, *removals)


def leave_copy(shell: Shell, mark: str, variable: str, kept: str) -> tuple[Line, ...]:
    """The command that gives a variable back what is *kept* of it in another.

    It does so only where *mark* is in its value. For cmd and .env files there is none.
    """
    match shell:
        case Shell.POSIX:
            command = (
                f'case "${{{variable}-}}" in *{mark}*) unset {variable}; '
                f'test -z "${{{kept}-}}" || export {variable}="${kept}"; unset {kept};; esac;'
            )
        case Shell.FISH:
            command = (
                f"if string match --quiet '*{mark}*' -- \"${variable}\"; "
                f"set --erase {variable}; if set --query {kept}; "
                f"set --global --export {variable} ${kept}; set --erase {kept}; end; end;"
            )
        case Shell.POWERSHELL:
            command = (
                f"if ($Env:{variable} -like '*{mark}*') {{ "
                f"Remove-Item Env:{variable}; if ($Env:{kept}) "
                f"{{ $Env:{variable} = $Env:{kept}; Remove-Item Env:{kept} }} }}"
            )
        case Shell.NUSHELL:
            command = (
                f'if "{mark}" in ($env.{variable}? | default "") {{ hide-env {variable}; '
                f"if {kept} in $env {{ $env.{variable} = $env.{kept}; hide-env {kept} }} }}"
            )
        case Shell.CMD | Shell.DOTENV:
            return ()
    return (_plain(command),)


def text(lines: Iterable[Line]) -> Secret:
    """The whole snippet, each line ended."""
    return Secret("".join(f"{line.reveal()}\n" for line in lines))


def variables(credentials: Credentials) -> dict[str, Secret]:
    """The variables of a session, with their values."""
    return {name: value for name, (value, _) in _values(credentials).items()}


def run_once(shell: Shell, path: str) -> str:
    """What is typed at a prompt so that a shell runs the commands of a file, and removes it.

    It begins with a blank: shells that are told to do so keep such a line out of their history.
    Raises ``ValueError`` for what has no prompt, or does not change itself by a file.
    """
    match shell:
        case Shell.POSIX:
            return f" . {_posix(path)}; command rm -f {_posix(path)}"
        case Shell.FISH:
            return f" source {_fish(path)}; command rm -f {_fish(path)}"
        case Shell.POWERSHELL:
            return f" . {_powershell(path)}; Remove-Item {_powershell(path)}"
        case Shell.NUSHELL:
            return f" source {_nushell(path)}; rm --force {_nushell(path)}"
        case Shell.CMD | Shell.DOTENV:
            raise ValueError("it cannot be told by a file")


def script_suffix(shell: Shell) -> str:
    """How a file of commands must be called: PowerShell runs no other."""
    return {Shell.POWERSHELL: ".ps1", Shell.NUSHELL: ".nu", Shell.FISH: ".fish"}.get(shell, ".sh")


def _values(credentials: Credentials) -> dict[str, tuple[Secret, str]]:
    """Variable → its value, and how the value looks when it is masked."""
    key = credentials.access_key_id
    values = {
        "AWS_ACCESS_KEY_ID": (Secret(key), MASK[:4] + key[-4:]),
        "AWS_SECRET_ACCESS_KEY": (credentials.secret_access_key, MASK),
    }
    if credentials.session_token:
        values["AWS_SESSION_TOKEN"] = (credentials.session_token, MASK)
    if credentials.expires_at is not None:
        expiry = timestamps.iso_utc(credentials.expires_at)
        values["AWS_CREDENTIAL_EXPIRATION"] = (Secret(expiry), expiry)
    if credentials.region:
        region = (Secret(credentials.region), credentials.region)
        values |= dict.fromkeys(environment.REGION, region)
    return values


def _plain(command: str) -> Line:
    return Line(command, Secret(command), is_aside=True)


def _setting(shell: Shell, name: str, value: Secret, shown: str) -> Line:
    """The line that sets a variable; *shown* takes the value's place in its masked form."""
    try:
        real = _assignment(shell, name, _sound(value.reveal()))
        masked = _assignment(shell, name, _printable(shown))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    return Line(masked, Secret(real))


def _sound(value: str) -> str:
    """The value itself. Raises ``ValueError`` where no environment could hold it."""
    if "\0" in value:
        raise ValueError("an environment variable cannot hold a NUL")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("the value is not valid Unicode")
    return value


def _printable(value: str) -> str:
    """The value as it may be shown: without control characters."""
    return "".join(character if character.isprintable() else "�" for character in value)


def _assignment(shell: Shell, name: str, value: str) -> str:
    """The command that sets and exports a variable.

    For POSIX and fish it ends in ``;``, as ssh-agent's do: the unquoted ``eval $(awsttl)`` and
    fish's ``eval (awsttl)``, both common, join the lines with spaces.
    """
    match shell:
        case Shell.POSIX:
            return f"export {name}={_posix(value)};"
        case Shell.FISH:
            return f"set --global --export {name} {_fish(value)};"
        case Shell.POWERSHELL:
            return f"$Env:{name} = {_powershell(value)}"
        case Shell.CMD:
            return _cmd(name, value)
        case Shell.NUSHELL:
            return f"$env.{name} = {_nushell(value)}"
        case Shell.DOTENV:
            return f"{name}={_dotenv(value)}"


def _removals(shell: Shell, names: Iterable[str]) -> tuple[str, ...]:
    """The commands that remove the variables, whether or not they are there."""
    words = " ".join(names)
    match shell:
        case Shell.POSIX:
            return (f"unset {words};",)
        case Shell.FISH:
            # A variable may exist in several scopes, and erasing it in one uncovers the next: the
            # innermost (a function's own), then global, then universal. Erasing a variable that is
            # not there prints nothing, but leaves an exit status that prompts show.
            return (
                f"set --erase {words};",
                f"set --erase --global {words};",
                f"set --erase --universal {words}; or true;",
            )
        case Shell.POWERSHELL:
            # Assigning '' is not enough: from PowerShell 7.5 on the variable stays, and is empty.
            paths = ", ".join(f"Env:{name}" for name in words.split())
            return (f"Remove-Item {paths} -ErrorAction SilentlyContinue",)
        case Shell.CMD:
            return tuple(f'set "{name}="' for name in words.split())
        case Shell.NUSHELL:
            return (f"hide-env --ignore-errors {words}",)
        case Shell.DOTENV:
            return ()


def _posix(value: str) -> str:
    """Between single quotes only the single quote is special, in every POSIX shell."""
    return "'" + value.replace("'", r"'\''") + "'"


def _fish(value: str) -> str:
    r"""As POSIX, but ``\\`` and ``\'`` are escapes between single quotes."""
    return "'" + value.replace("\\", r"\\").replace("'", r"\'") + "'"


_POWERSHELL_SINGLE: Final = re.compile("['‘’‚‛]")
"""PowerShell takes typographic quotes for quotes; each is escaped by being doubled."""
_POWERSHELL_DOUBLE: Final = re.compile('[`$"“”„]')


def _powershell(value: str) -> str:
    """A verbatim string; a line break needs an expandable one.

    ``Out-String`` writes the line breaks of its system, which would change the value; as escape
    sequences they are safe.
    """
    if "\n" not in value and "\r" not in value:
        return "'" + _POWERSHELL_SINGLE.sub(r"\g<0>\g<0>", value) + "'"
    escaped = _POWERSHELL_DOUBLE.sub(r"`\g<0>", value)
    return '"' + escaped.replace("\n", "`n").replace("\r", "`r") + '"'


_CMD_UNSAYABLE: Final = re.compile('["%!\0-\x1f\x7f]')


def _cmd(name: str, value: str) -> str:
    """``set "NAME=value"``: between the quotes ``&``, ``|``, ``<``, ``>`` and ``^`` are plain.

    A value is refused where no spelling works at the prompt, in a batch file and through ``for /f``
    alike: ``%`` (``%%`` is one ``%`` only in a batch file), ``!`` (depends on delayed
    expansion), ``"`` (ends the quoting), control characters (a line break ends the command, a
    prompt takes a tab for completion).
    """
    if found := _CMD_UNSAYABLE.search(value):
        what = found[0] if found[0].isprintable() else "a line break or control character"
        raise ValueError(f"cmd has no safe way to write {what}")
    command = f'set "{name}={value}"'
    if len(command) > CMD_LINE_LIMIT:
        raise ValueError(f"cmd cuts a line off after {CMD_LINE_LIMIT} characters")
    return command


_NUSHELL_SPECIAL: Final = re.compile(r'["\\\x01-\x1f\x7f]')


def _nushell(value: str) -> str:
    r"""A double-quoted string, with ``\u{…}`` for control characters.

    ``$`` and ``(`` are plain in it: only ``$"…"`` interpolates.
    """

    def escape(match: re.Match[str]) -> str:
        character = match[0]
        return "\\" + character if character in '"\\' else f"\\u{{{ord(character):x}}}"

    return '"' + _NUSHELL_SPECIAL.sub(escape, value) + '"'


_DOTENV_BARE: Final = re.compile(r"[A-Za-z0-9_./+:@,=-]+")


def _dotenv(value: str) -> str:
    r"""Without quotes where that is safe: every reader of .env files takes it, also docker and sh.

    Everything that AWS gives is so. Else python-dotenv's convention counts: single quotes, between
    which ``\\`` and ``\'`` are escapes. It cannot hold a backslash at the very end (its
    reader takes ``\'`` for a quote), a carriage return (read back as a line feed), nor ``${``
    (expanded between any quotes).
    """
    if _DOTENV_BARE.fullmatch(value):
        return value
    for unsayable, what in (("${", "${"), ("\r", "a carriage return")):
        if unsayable in value:
            raise ValueError(f"a .env file cannot hold {what}")
    if value.endswith("\\"):
        raise ValueError("a .env file cannot hold a backslash at the end of a value")
    return "'" + value.replace("\\", r"\\").replace("'", r"\'") + "'"
