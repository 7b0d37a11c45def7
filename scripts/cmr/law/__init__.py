"""Policies, rules and a county's options, as the seeds and a criteria file state them."""
