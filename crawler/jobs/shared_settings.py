"""Settings that every crawl copies and none changes."""

import copy
from typing import Self

from scrapy.settings import Settings


class SharedSettings(Settings):
    """Scrapy copies its settings for each crawl down to the last value, which takes as long as some
    pages.
    """

    def copy(self) -> Self:
        """Settings of their own, whose values are the same objects: to set one replaces it in this
        copy alone.
        """
        twin = copy.copy(self)
        twin.attributes = {
            name: copy.copy(attribute) for name, attribute in self.attributes.items()
        }
        return twin
