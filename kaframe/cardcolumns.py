"""The columns that the table of every scorecard has beside those of its nodes, which must not be called so."""

OWN_COLUMNS = ("account_id", "points", "own_points", "exact", "coverage", "low", "high")
