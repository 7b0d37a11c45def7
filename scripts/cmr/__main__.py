"""Starts the command. Whatever takes time to load is loaded once signals are listened to."""

from cmr import stopping


def main() -> None:
    """Runs the command, which a signal stops cleanly from its first moment on."""
    stopping.listen()
    from cmr import cli

    cli.main()


if __name__ == "__main__":
    main()
