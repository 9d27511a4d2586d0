"""`python -m tiendo_local`: the same as `tiendo local`."""

from tiendo_local.cli import main

main()
