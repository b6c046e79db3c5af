"""Looking after the index: versions, migration, snapshots, keys, certificates."""
