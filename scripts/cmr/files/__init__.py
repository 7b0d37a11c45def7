"""The files of a run, written from its warehouse."""
