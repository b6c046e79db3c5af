"""How long the settings let things be kept. A door module."""

from datetime import timedelta

from crawler.config import Config
from crawler.store.cleaning import Ages


def ages_of(config: Config) -> Ages:
    """The ages at which crawls, tallies, learned lines and messages have had their time."""
    return Ages(
        visits=timedelta(days=config.visits_keep),
        tallies=timedelta(days=config.tallies_keep),
        lines=timedelta(days=config.lines_keep),
        notices=timedelta(days=config.notices_keep),
    )
