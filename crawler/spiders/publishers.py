"""Links that send on to another site: one of their publisher, or of another publisher."""

from scrapy.exceptions import DropItem

from crawler.extract import ExtractResult, Refused
from crawler.policy.departures import whose
from crawler.spiders.page_visits import Fetched
from crawler.spiders.source import SourceSpider
from crawler.urls import site, site_host


async def foreign(spider: SourceSpider, item: Fetched, result: ExtractResult) -> Refused | None:
    """Why an article to which a link sent on is another publisher's; None where it is none. Raises
    `DropItem` where that can't be known yet, and lets the page be asked for again.
    """
    here = site(site_host(item.page.url))
    asked = site(site_host(item.target.url))
    if here == asked or here in spider.sites or item.target.article:
        return None
    if spider.source.goes_by(result.site_names):
        return None
    held = await spider.context.async_store.pages.sites_of(spider.source.id)
    match whose(here, spider.sites, held, item.target.tries):
        case "own":
            return None
        case "foreign":
            return Refused("other-site", f"it stands on {here}")
        case "unknown":
            await spider.pages.fail(item.target, "other-site")
            raise DropItem("no article: other-site")
