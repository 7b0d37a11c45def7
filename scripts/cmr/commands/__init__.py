"""One module for each subcommand: what it does, and how it shows what came of it."""
