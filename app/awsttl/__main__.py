"""``awsttl`` and ``python -m awsttl``: the first step, which imports next to nothing."""

import sys


def main() -> int:
    """Run awsttl. Returns the exit code."""
    if sys.argv[1:2] == ["__complete"]:
        # A shell asks at each press of Tab: it must not wait for the commands' table and parser.
        from awsttl.commands import names

        return names.run(sys.argv[2:])
    from awsttl.commands import main as door

    return door.main()


if __name__ == "__main__":
    sys.exit(main())
