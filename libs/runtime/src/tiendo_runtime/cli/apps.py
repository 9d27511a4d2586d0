"""What commands are put on."""

import typer

app = typer.Typer(
    name="tiendo",
    help="Tiến Độ: every decision of a steering committee in sight until it is done.",
    no_args_is_help=True,
    add_completion=False,
)
ops = typer.Typer(help="Operation: schemas, topics, dead letters.", no_args_is_help=True)
app.add_typer(ops, name="ops")
