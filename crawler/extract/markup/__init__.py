"""What a page's markup says, read once: tree, JSON-LD, meta tags, links."""
