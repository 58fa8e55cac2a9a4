r"""bash's completion, for bash 3.2 (macOS) and newer, with or without the bash-completion package.

bash cuts words at colons and equals signs before a completion sees them, puts in place of the last
piece whatever is offered, and quotes nothing. So the script joins the pieces again, quotes names
that need it, and takes off the front what stands on the line already.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from awsttl.commands.grammar import Command, Grammar, Source, Value

_SCRIPT: Final = r"""
# bash completion of awsttl; made by: awsttl completion bash

# The words up to the cursor in $words, joined again where bash has cut them; the last in $cur.
_awsttl_words() {
    local line=${COMP_LINE:0:COMP_POINT} piece last=${COMP_CWORD} at
    words=()
    for ((at = 0; at <= last; at++)); do
        piece=${COMP_WORDS[at]}
        ((at == last)) && piece=${line#"${line%%[![:space:]]*}"}
        if ((at)) && [[ $line != [[:space:]]* ]]; then
            words[${#words[@]} - 1]+=$piece
        else
            words+=("$piece")
        fi
        line=${line#"${line%%[![:space:]]*}"}
        line=${line#"$piece"}
    done
    cur=${words[${#words[@]} - 1]}
}

# Offers each line of stdin that begins with $cur.
_awsttl_offer() {
    local typed=$cur quote= name front=
    case $typed in
        \"* | \'*) quote=${typed:0:1} typed=${typed:1} ;;
        *)
            # What the person has quoted, without its backslashes.
            typed=${typed//\\/}
            if [[ $cur == *[:=]* && $COMP_WORDBREAKS == *:* ]]; then
                front=${cur%"${cur##*[:=]}"}
            fi
            ;;
    esac
    while IFS= read -r name; do
        [[ $name == "$typed"* ]] || continue
        [[ -n $quote ]] || printf -v name %q "$name"
        COMPREPLY+=("${name#"$front"}")
    done
}

_awsttl_profiles() { _awsttl_offer < <(command awsttl __complete profiles 2>/dev/null); }
_awsttl_sso_sessions() { _awsttl_offer < <(command awsttl __complete sso-sessions 2>/dev/null); }
_awsttl_one_of() { _awsttl_offer < <(printf '%s\n' "$@"); }
_awsttl_files() { compopt -o default 2>/dev/null; }

# Another program's command line, from the word with that number on.
_awsttl_program() {
    if declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif ((COMP_CWORD == $1)); then
        _awsttl_offer < <(compgen -c -- "$cur" | sort -u)
    else
        _awsttl_files
    fi
}

_awsttl() {
    local cur at words
    COMPREPLY=()
    _awsttl_words
    local previous=${words[${#words[@]} - 2]}
    if ((${#words[@]} == 2)); then
        _awsttl_one_of @commands@
        return
    fi
    case ${words[1]} in
@cases@
    esac
}

_awsttl_awsuse() {
    local cur words
    COMPREPLY=()
    _awsttl_words
    ((${#words[@]} == 2)) || return
    case $cur in
        -*) _awsttl_one_of - --unset ;;
        *) _awsttl_profiles ;;
    esac
}

complete -F _awsttl awsttl
complete -F _awsttl_awsuse awsuse
"""


def script(grammar: Grammar) -> str:
    """What ``awsttl completion bash`` prints."""
    cases = "\n".join(line for command in grammar.commands for line in _case(command))
    first = " ".join(grammar.first_words)
    return _SCRIPT.lstrip().replace("@commands@", first).replace("@cases@", cases)


def _case(command: Command) -> Iterator[str]:
    yield f"        {' | '.join(command.names)})"
    if command.runs_program:
        yield "            for ((at = 2; at < COMP_CWORD; at++)); do"
        yield "                if [[ ${COMP_WORDS[at]} == -- ]]; then"
        yield "                    _awsttl_program $((at + 1))"
        yield "                    return"
        yield "                fi"
        yield "            done"
    if valued := [option for option in command.options if option.value is not None]:
        yield "            case $previous in"
        for option in valued:
            offered = "; ".join(_offers(option.value)) or ":"
            yield f"                {' | '.join(option.names)}) {offered}; return ;;"
        yield "            esac"
    yield "            case $cur in"
    names = " ".join(name for option in command.options for name in option.names)
    yield f"                -*) _awsttl_one_of {names} ;;"
    offers = list(dict.fromkeys(offer for value in command.values for offer in _offers(value)))
    if offers:
        yield f"                *) {'; '.join(offers)} ;;"
    yield "            esac"
    yield "            ;;"


def _offers(value: Value | None) -> list[str]:
    """The commands that offer what may stand in a place."""
    offers: list[str] = []
    if value is None:
        return offers
    if value.words:
        offers.append(f"_awsttl_one_of {' '.join(value.words)}")
    for source in value.sources:
        match source:
            case Source.PROFILES:
                offers.append("_awsttl_profiles")
            case Source.SESSIONS:
                offers.append("_awsttl_sso_sessions")
            case Source.FILES:
                offers.append("_awsttl_files")
            case Source.PROGRAM:
                pass  # only behind --, for before it stands a profile
    return offers
