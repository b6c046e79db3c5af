"""From a page's bytes to an Article: pure, no network, disk, environment or clock."""
