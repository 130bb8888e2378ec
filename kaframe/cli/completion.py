"""``kaframe completion``: what makes a shell complete commands and options."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that makes your shell complete commands and options.

    \b
    kaframe completion bash >> ~/.bashrc
    kaframe completion zsh >> ~/.zshrc
    kaframe completion fish > ~/.config/fish/completions/kaframe.fish
    """
    from click.shell_completion import get_completion_class

    from kaframe.cli import cli

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(cli, {}, "kaframe", "_KAFRAME_COMPLETE").source())
