"""Why a page is no article: walls, listings, pages about the site."""
