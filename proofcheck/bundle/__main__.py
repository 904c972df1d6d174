"""`python -S -m proofcheck.bundle BUNDLE...`: audit by the kernel that is installed here, on a bare interpreter."""

import sys

from proofcheck import kernel
from proofcheck.bundle.audit import main

sys.exit(main(sys.argv[1:], kernel))
