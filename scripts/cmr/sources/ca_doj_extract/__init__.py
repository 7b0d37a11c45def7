"""Extract files of the California Department of Justice: looked over, and made ready to be read."""
