"""Config and credentials files: those that tell readers apart, and any others."""

from __future__ import annotations

import re
from typing import Final

from hypothesis import strategies as st

TELLING_CONFIGS: Final = {
    "names": """\
        [default]
        region = eu-west-1
        [profile plain]
        [profile "two words"]
        [profile\ttab]
        [profile   spaces]
        [profilefoo glued]
        [profile a\\b]
        [profile ünï-日本-🦀]
        [profile a=b:c]
        [profile #hash]
        [profile "it's"]
        [profile x] # what follows the bracket does not count
        """,
    "headers that are no profiles": """\
        [profile a b]
        [profile]
        [profile "open]
        [ profile leading]
        [profile\u3000wide]
        [profile\x0cfeed]
        [Profile capital]
        [default ]
        [foo]
        [preview]
        [sso-session corp]
        sso_region = eu-west-1
        [services local]
        [profile real]
        """,
    "default after profile default": """\
        [profile default]
        region = one
        output = json
        [default]
        region = two
        """,
    "profile default after default": """\
        [default]
        region = one
        output = json
        [profile default]
        region = two
        """,
    "the same name twice, written differently": """\
        [profile a]
        region = one
        output = json
        [profile "a"]
        region = two
        """,
    "what leaks into all": """\
        [DEFAULT]
        region = leaked
        s3 =
          addressing_style = path
        [profile a]
        [profile b]
        region = own
        """,
    "values": """\
        # a comment
        ; another
        [profile a]
        region = x # inline comments stay
        output: json
        quoted = "stays"
        percent = 100%(done)s
        empty =
        UPPER = case
        s3 =
          addressing_style = path
          # not this one
          max_concurrent_requests = 10 = 20
        after = the map
        continued = one
          two

          three
        """,
    "indented throughout": "# so\n  [profile a]\n  region = x\n  [profile b]\n  region = y\n",
    "indented more and more": "[profile a]\nregion = x\n [profile b]\n  region = y\n",
    "empty": "",
    "blank": " \n\t\n\n",
    "comments alone": "# [profile a]\n; region = x\n",
}

TELLING_CREDENTIALS: Final = """\
    [default]
    aws_access_key_id = AKIADEFAULT
    [profile a]
    region = of "profile a", not of a
    [a]
    region = from credentials
    [ spaced ]
    [sso-session corp]
    [two words]
    [DEFAULT]
    output = leaked
    """

BLANKS = st.sampled_from(["", "", "", " ", "  ", "\t"])
TELLING_HEADERS = st.sampled_from(
    [line.strip() for text in TELLING_CONFIGS.values() for line in text.splitlines() if "[" in line]
    + ["[DEFAULT]", "[]", "[", "[open", "]", "[x]]", "[profile ']", '[profile ""]']
)
HEADERS = TELLING_HEADERS | st.builds(
    "[{}{}]".format,
    st.sampled_from(["profile", "profile ", "sso-session ", "default", ""]),
    # What shells split and quote by, and what they do not.
    st.text("ab '\"\\#\t\x0b\x0c\x1c\x85\xa0\u3000[]", max_size=5),
)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=8
) | st.sampled_from(["region", "s3", "role_arn", "aws_access_key_id", "aws_secret_access_key"])
KEYS = st.builds("{}{}{}{}".format, TEXTS, BLANKS, st.sampled_from(["=", ":"]), TEXTS)
COMMENTS = st.builds("{}{}".format, st.sampled_from(["#", ";"]), TEXTS)
LINES = st.builds(
    "{}{}{}".format, BLANKS, HEADERS | KEYS | KEYS | COMMENTS | BLANKS | TEXTS, BLANKS
)
BODIES = st.builds(
    lambda lines, end: end.join(lines).encode(),
    st.lists(LINES, max_size=12),
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
)
CLEAN = st.builds(
    lambda sections: "".join(sections).encode(),
    st.lists(
        st.builds(
            "{}\n{}".format,
            TELLING_HEADERS.filter(lambda header: re.fullmatch(r"\[.+\]", header)),
            st.dictionaries(
                st.sampled_from(["region", "s3", "Output", "role_arn", "AWS_Session_Token"]),
                st.text(st.characters(categories=("L", "N", "P", "S")), max_size=6)
                | st.just("\n  nested = value\n  other=1\n  a_secret = 1"),
                max_size=3,
            ).map(lambda keys: "".join(f"{key} = {value}\n" for key, value in keys.items())),
        ),
        max_size=6,
        unique_by=lambda section: section.partition("\n")[0],
    ),
)

ROWS: Final = (
    *("[a]", "[b]", "[DEFAULT]", "[a", "[]", "[a]]", "[ a ]", "[x\x0by]", "[a] more", "  [c]"),
    *(
        "x = 1",
        "X: 2",
        "y =",
        "y=",
        "=",
        "= z",
        ":",
        "q == 1",
        "q:=1",
        "z = a = b",
        "bad",
        "[d = e",
    ),
    *(" more", " k = v", "   deep", "  n\u2028=m", "  n\x85k=m", "  s=", "  \x0cweird = 1", " :"),
    *(
        "bad",
        "",
        "  ",
        "\t",
        "\x0c",
        "\x1c",
        "\x85",
        "\u2028",
        "\xa0",
        "\x00",
        "\ufeff",
        "#c",
        "  ;c",
    ),
    *("aws_secret_access_key =", "token = t", "é = ü", "İ = 1", "ß=2", "a=\u2028b", "\udcff = 1"),
)
"""Rows that mean something else below another row than by themselves."""
ODD_TEXTS: Final = st.builds(
    lambda rows, end: end.join(row + blank for row, blank in rows),
    st.lists(st.tuples(st.sampled_from(ROWS), st.sampled_from(["", "", " "])), max_size=9),
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
)
"""Texts of a few such rows. Most have a fault."""
