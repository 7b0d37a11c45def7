"""Where records come from: a package for each source."""
