"""What a page says of its article: headline, byline, section, addresses, directives."""
