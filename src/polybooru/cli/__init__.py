"""The command line: one file for each command; errors are one clear sentence on stderr.

Exit status 0: done. 1: it failed. 2: wrong usage. Commands import what they need when they run, so that
`--help` and a typing mistake are answered at once.
"""

import sys

import typer

from polybooru.cli import (
    ban,
    category,
    demo,
    doctor,
    dump,
    explain,
    grant,
    image,
    import_,
    init,
    listed_tag,
    pattern,
    probe,
    reindex,
    search,
    serve,
    shortlink,
    tag,
    token,
    user,
    worker,
)

app = typer.Typer(
    name="polybooru",
    help="A server for a tagged image library, for the clients that boorus have.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (demo, serve, worker, init, search, explain, pattern, probe, reindex, doctor, dump):
    module.register(app)
app.add_typer(import_.app, name="import")
app.add_typer(user.app, name="user")
app.add_typer(token.app, name="token")
app.add_typer(grant.app, name="grant")
app.add_typer(ban.app, name="ban")
app.add_typer(image.app, name="image")
app.add_typer(category.app, name="category")
app.add_typer(shortlink.app, name="shortlink")
app.add_typer(tag.app, name="tag")
app.add_typer(listed_tag.app, name="listed-tag")


def main() -> None:
    """Run the command that the arguments name."""
    try:
        app()
    except Exception as error:
        from polybooru.cli.failures import sentence

        said = sentence(error)
        if said is None:
            raise
        print(said, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)
