"""`python -m tiendo_contracts`: the same as the command `tiendo-contracts`."""

import sys

from tiendo_contracts.cli import main

if __name__ == "__main__":
    sys.exit(main())
