"""`python -m tiendo_runtime` is the `tiendo` command."""

from tiendo_runtime.cli import main

main()
