"""Pages, articles, revisions, captures, and the outbox."""
