"""`python -m proofcheck.kernel CERTIFICATE...`"""

import sys

from .audit import main

sys.exit(main(sys.argv[1:]))
