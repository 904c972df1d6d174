"""The command line with other limits on the processes that build: `python gate.py "SECONDS MEMORY_MB OUTPUT" gate ...`."""

import sys

from proofcheck.catalogue import asking
from proofcheck.cli import main

if __name__ == "__main__":
    if sys.argv[1]:
        asking.SECONDS, asking.MEMORY_MB, asking.OUTPUT = map(int, sys.argv[1].split())
    sys.exit(main(sys.argv[2:]))
