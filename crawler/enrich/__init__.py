"""What is derived from an article's own words: language, topics, places, agencies. Pure, and the
names of topics and places in every language. A door module.
"""

from crawler.enrich.enrichment import enrich
from crawler.enrich.place_names import country_names
from crawler.enrich.places import place_label
from crawler.enrich.tables import table
from crawler.enrich.topics import topic_label

__all__ = ["country_names", "enrich", "place_label", "table", "topic_label"]
