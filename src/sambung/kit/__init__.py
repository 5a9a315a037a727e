"""Tools that know nothing of contact centers: clock, ids, database, jobs, files, network, secrets, log."""
