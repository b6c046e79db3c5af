"""The article's text: main content, without what is printed around it."""
