"""``python -m awsttl``."""

import sys

from awsttl.cli import main

sys.exit(main())
