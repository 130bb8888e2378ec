"""Scorecards made ready and printed as SQL: what the steps score and status and the explanation stand on."""
