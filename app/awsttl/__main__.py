"""``python -m awsttl``."""

import sys

from awsttl.commands.main import main

sys.exit(main())
