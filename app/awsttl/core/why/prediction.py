"""What the AWS CLI will do with a profile: use it, call AWS first, ask for a code, or fail.

This follows a chain as the AWS CLI's credential providers do, in their order: what they load when
they start, and what only when it is needed. It has no rules of its own about files: kinds, chains,
problems, damage and expiries come from the room ``profiles``. ``tests/agreement`` compares the
predictions with what the real CLIs do.

It cannot know two things: what AWS will answer for a reason that is in no file (a revoked token, a
policy), and what is in a file that only the environment names (``AWS_WEB_IDENTITY_TOKEN_FILE``).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final, NamedTuple, assert_never

from awsttl.core.files import CacheEntry
from awsttl.core.model import Hop, Kind, Snapshot, Status
from awsttl.core.profiles import environment
from awsttl.core.profiles.kinds import sign_in_of
from awsttl.core.profiles.resolve import damage, usable_until
from awsttl.core.remedies import Problem
from awsttl.core.why import causes


class Cli(NamedTuple):
    """What differs between AWS CLIs. The defaults are those of today's v2."""

    profile_variables: tuple[str, str] = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    """In the order in which it reads them."""
    caches: bool = True
    """Whether it reads and writes ``~/.aws/cli/cache`` at all, which boto3 does not."""
    caches_sso: bool = True
    """Whether it caches the role credentials of an SSO profile."""
    token_in_name: bool = False
    """Whether the token is part of the name of a web identity's cache file. Then the AWS CLI reads
    the token first."""
    knows_login: bool = True
    has_crt: bool = True
    """Whether it has the ``awscrt`` package, which sessions of ``aws login`` need."""
    knows_expired_legacy_tokens: bool = True
    """Whether it sees that a legacy SSO token has ended. Else it asks AWS: before aws-cli #9356."""
    knows_sso_sources: bool = True
    """Whether a source may have an ``sso-session``. Before aws-cli #7686 it fails on such a one."""


V1: Final = Cli(
    profile_variables=("AWS_DEFAULT_PROFILE", "AWS_PROFILE"),
    caches_sso=False,
    token_in_name=True,
    has_crt=False,
)
V2: Final = Cli()


class Effect(enum.StrEnum):
    """What the person notices of a command, apart from its result."""

    WORKS = "works"
    """It uses keys from a file, or a cached session."""
    RUNS = "runs a process"
    CALLS = "calls AWS first"
    ASKS = "asks for a code"
    FAILS = "fails"


PROMPT: Final = "MFA code"
RUN: Final = "credential_process"
MACHINE: Final = ("EcsContainer", "Ec2InstanceMetadata")
"""The services that it asks for the credentials of this container or of this machine."""


class Step(NamedTuple):
    """Something that the AWS CLI does before it runs the command itself."""

    action: str
    """The name of a call to AWS, :data:`PROMPT`, :data:`RUN`, or one of :data:`MACHINE`."""
    name: str
    """The profile or sign-in that the step is for; of a prompt, the MFA device."""
    access_key: str = ""
    """The last four characters of the key that signs the call. Empty where the call is not signed,
    or where its key comes from a step before this one."""


class Prediction(NamedTuple):
    """What the AWS CLI will do for a command."""

    steps: tuple[Step, ...] = ()
    problem: Problem | None = None
    """Why it fails after these steps; ``None`` where it does not."""
    access_key: str = ""
    """The last four characters of the key that signs the command itself; empty where the key comes
    from one of the steps."""
    is_refused: bool = False
    """Whether the AWS CLI asks AWS for the command itself, and AWS refuses it: see *problem*."""

    @property
    def effect(self) -> Effect:
        """The prediction in a word: of several effects, the one that the person notices most."""
        if self.problem:
            return Effect.FAILS
        actions = {step.action for step in self.steps}
        if PROMPT in actions:
            return Effect.ASKS
        if actions - {RUN}:
            return Effect.CALLS
        return Effect.RUNS if actions else Effect.WORKS


def predict(
    snapshot: Snapshot, profile: str | None, environ: Mapping[str, str], now: float, cli: Cli
) -> Prediction:
    """What ``aws … --profile`` *profile* will do; with ``None``, ``aws`` without ``--profile``.

    *environ* is the environment of the command, *now* is seconds UTC.
    """
    unreadable = (p for p in snapshot.problems if p.code == "file-does-not-parse")
    if problem := next(unreadable, None):
        return Prediction(problem=problem)
    by_variables = profile is None
    name = environment.selected(environ, cli.profile_variables) if by_variables else profile
    status = snapshot.status("default" if name is None else name)
    if status is None and name is not None:
        return Prediction(problem=causes.known("profile-missing", name))
    return _walk(_Walk(status, environ, now, cli), by_variables=by_variables)


def predict_status(status: Status, environ: Mapping[str, str], now: float, cli: Cli) -> Prediction:
    """The same for a profile of which the status is known; both files must be readable."""
    return _walk(_Walk(status, environ, now, cli), by_variables=False)


def _walk(walk: _Walk, *, by_variables: bool) -> Prediction:
    try:
        key = walk.with_variables() if by_variables else walk.with_profile()
    except _FailureError as failure:
        return Prediction(tuple(walk.steps), failure.problem)
    return Prediction(tuple(walk.steps), walk.refusal, key, is_refused=walk.refusal is not None)


class _FailureError(Exception):
    """The AWS CLI fails here; *problem* says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class _Walk:
    """The way of one command to its credentials, with its steps."""

    def __init__(
        self, status: Status | None, environ: Mapping[str, str], now: float, cli: Cli
    ) -> None:
        self.steps: list[Step] = []
        self.refusal: Problem | None = None
        """Why AWS will refuse the command with these credentials."""
        self._status = status
        self._name = status.name if status else "default"
        self._hops = status.hops if status else ()
        self._environ = environ
        self._now = now
        self._cli = cli

    # --- the AWS CLI's order of providers; each method gives the key that signs the command ---

    def with_variables(self) -> str:
        """Without ``--profile``: the environment's keys, its web identity, or the profile."""
        if self._environ.get(environment.KEYS[0]):
            self._check_environment()
            return self._keys_of_environment(is_source=False)
        is_role = self._status is not None and self._status.profile.kind is Kind.ROLE
        if self._environ.get(environment.WEB_IDENTITY[0]) and not is_role:
            return self._web_identity_of_environment()
        return self.with_profile()

    def with_profile(self) -> str:
        """With ``--profile``: by the profile alone."""
        if self._status is None or self._status.profile.kind is Kind.INCOMPLETE:
            for place in MACHINE:
                if self._asks_machine(place):
                    return ""
            problem = causes.known("no-credentials", self._name)
            for said in self._status.problems if self._status else ():
                problem = problem._replace(message=said.message, fix=said.fix)
            raise _FailureError(problem)
        self._load(self._status)
        return self._key_of(0)

    def _asks_machine(self, place: str) -> bool:
        """Whether it asks the container's or the machine's own credentials service."""
        if environment.credential_sources(self._environ)[place].fault:
            return False
        self.steps.append(Step(place, self._name))
        return True

    # --- what the AWS CLI does while it reads the settings, whether or not it needs the outcome ---

    def _load(self, status: Status) -> None:
        fault = next((problem for problem in status.profile.problems if problem.blocks), None)
        if fault:
            raise _FailureError(fault)
        end = self._hops[-1]
        match end.link.kind:
            case Kind.PROCESS:
                self.steps.append(Step(RUN, end.link.name))
            case Kind.CREDENTIAL_SOURCE:
                self._load_credential_source(end.link.name)
            case Kind.WEB_IDENTITY:
                if self._cli.token_in_name and end.link.fault:
                    raise _FailureError(end.link.fault)
            case Kind.LOGIN:
                self._load_login(end, is_source=len(self._hops) > 2)
            case Kind.ROLE | Kind.SSO | Kind.LONG_TERM | Kind.TEMPORARY | Kind.INCOMPLETE:
                pass  # the AWS CLI does nothing for these before it needs the credentials
            case _:
                assert_never(end.link.kind)

    def _load_credential_source(self, place: str) -> None:
        if fault := environment.credential_sources(self._environ)[place].fault:
            raise _FailureError(fault)
        if place in MACHINE:
            self._asks_machine(place)

    def _check_environment(self) -> None:
        found = environment.read(self._environ)
        fault = next((p for p in found.problems if p.blocks), None) if found else None
        if fault:
            raise _FailureError(fault)

    def _load_login(self, token: Hop, *, is_source: bool) -> None:
        if not self._cli.knows_login:
            code = "source-empty" if is_source else "no-credentials"
        elif not self._cli.has_crt:
            code = "crt-missing"
        elif token.damaged:
            raise _FailureError(self._damaged(token))
        elif token.expires_at is None:
            raise _FailureError(self._sign_in("never-signed-in"))
        else:
            return
        raise _FailureError(causes.known(code, self._name))

    # --- what the AWS CLI does for the credentials of a hop, when it needs them ---

    def _key_of(self, position: int) -> str:
        """The last four characters of the hop's key; empty where a step gets a new one."""
        hop = self._hops[position]
        match hop.link.kind:
            case Kind.ROLE:
                return self._role(position, hop)
            case Kind.WEB_IDENTITY:
                return self._web_identity(position, hop)
            case Kind.SSO:
                return self._sso(position, hop)
            case Kind.LOGIN:
                return self._login(hop, self._hops[position + 1])
            case Kind.LONG_TERM | Kind.TEMPORARY if hop.link.fault:
                fault = hop.link.fault
                refused = causes.known("no-credentials", hop.link.name)
                self.refusal = refused._replace(message=fault.message, fix=fault.fix)
                return hop.link.access_key
            case Kind.TEMPORARY:
                if not hop.usable(self._now):
                    self._is_refused(is_source=position > 0)
                return hop.link.access_key
            case Kind.CREDENTIAL_SOURCE:
                is_here = hop.link.name == "Environment"
                return self._keys_of_environment(is_source=True) if is_here else ""
            case Kind.LONG_TERM | Kind.PROCESS | Kind.INCOMPLETE:
                return hop.link.access_key
            case _:
                assert_never(hop.link.kind)

    def _role(self, position: int, hop: Hop) -> str:
        key = self._cached(position, hop.entry)
        if key is not None:
            return key
        serial = hop.link.mfa_serial
        if serial is not None:
            # The AWS CLI asks for the code before it gets the credentials of the source.
            self.steps.append(Step(PROMPT, serial))
        source = self._key_of(position + 1)
        if serial == "":
            raise _FailureError(causes.known("setting-invalid", hop.link.name))
        self.steps.append(Step("AssumeRole", hop.link.name, source))
        if self.refusal:
            raise _FailureError(self.refusal)
        return ""

    def _web_identity(self, position: int, hop: Hop) -> str:
        entry = hop.entry
        if hop.by_name:
            entry = hop.by_name[-1 if self._cli.token_in_name else 0]
        key = self._cached(position, entry)
        if key is not None:
            return key
        if hop.link.fault:
            raise _FailureError(hop.link.fault)
        self.steps.append(Step("AssumeRoleWithWebIdentity", hop.link.name))
        return ""

    def _sso(self, position: int, hop: Hop) -> str:
        if hop.link.cache_names and self._cli.caches_sso:
            key = self._cached(position, hop.entry)
            if key is not None:
                return key
        token = self._hops[position + 1]
        is_session = token.link.refreshes
        if is_session and position > 0 and not self._cli.knows_sso_sources:
            raise _FailureError(causes.known("cli-too-old", hop.link.name))
        dead = self._token_is_dead(token, is_session=is_session)
        if dead and (is_session or self._cli.knows_expired_legacy_tokens):
            raise _FailureError(self._sign_in("sign-in"))
        self.steps.append(Step("GetRoleCredentials", hop.link.name))
        if dead:
            raise _FailureError(self._sign_in("sign-in"))
        return ""

    def _token_is_dead(self, token: Hop, *, is_session: bool) -> bool:
        """Whether an SSO token has ended, also after the AWS CLI has tried to refresh it."""
        if token.damaged:
            raise _FailureError(self._damaged(token))
        if token.expires_at is None or token.entry is None:
            raise _FailureError(self._sign_in("never-signed-in"))
        is_late = self._now > token.expires_at - _refresh_margin(token)
        if is_session and is_late and self._now < (token.entry.refreshable_until or 0.0):
            self.steps.append(Step("CreateToken", token.link.name))
            return False
        return self._now >= token.expires_at

    def _login(self, hop: Hop, token: Hop) -> str:
        assert token.entry is not None  # else loading it failed
        assert token.expires_at is not None
        if self._now < token.expires_at - _refresh_margin(token):
            return token.entry.access_key
        self.steps.append(Step("CreateOAuth2Token", hop.link.name))
        return ""

    def _cached(self, position: int, entry: CacheEntry | None) -> str | None:
        """The key of a cached session that is reused; ``None`` where there is none.

        A damaged file makes the AWS CLI fail.
        """
        if not self._cli.caches:
            return None
        hop = self._hops[position]._replace(entry=entry)
        if hop.damaged:
            raise _FailureError(damage(hop, self._name))
        until = usable_until(entry) if entry else None
        return entry.access_key if entry and until is not None and self._now < until else None

    # --- the environment ---

    def _keys_of_environment(self, *, is_source: bool) -> str:
        found = environment.read(self._environ)
        assert found is not None
        if found.expires_at is not None and self._now >= found.expires_at:
            if found.expiry_variable == environment.BOTOCORES_EXPIRY:
                raise _FailureError(causes.known("came-expired", self._name))
            self._is_refused(is_source=is_source)
        return found.access_key

    def _web_identity_of_environment(self) -> str:
        kind = self._status.profile.kind if self._status else Kind.INCOMPLETE
        if not self._environ.get(environment.WEB_IDENTITY[1]) and kind is not Kind.WEB_IDENTITY:
            raise _FailureError(causes.known("no-role-arn", self._name))
        self.steps.append(Step("AssumeRoleWithWebIdentity", environment.WEB_IDENTITY[0]))
        return ""

    # --- why ---

    def _is_refused(self, *, is_source: bool) -> None:
        """AWS will refuse the next call with this key: by the recorded expiry, it has ended."""
        code = "source-expired" if is_source else "session-expired"
        self.refusal = causes.known(code, self._name)

    def _damaged(self, token: Hop) -> Problem:
        """The problem of a sign-in whose file is damaged: a new sign-in replaces the file."""
        return damage(token, self._name)._replace(fix=self._sign_in("sign-in").fix)

    def _sign_in(self, code: str) -> Problem:
        assert self._status is not None
        return causes.sign_in(self._status)._replace(code=code)


def _refresh_margin(token: Hop) -> float:
    """Seconds before a sign-in's end from which the AWS CLI refreshes its token."""
    sign_in = sign_in_of(token.link)
    return sign_in.refresh_margin if sign_in else 0.0
