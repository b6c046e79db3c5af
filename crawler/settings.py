"""Scrapy's settings: reading them shows the line. The only module that reads the configuration when
imported, because Scrapy takes its settings from a module.
"""

from crawler.config import load_config

_config = load_config()

BOT_NAME = "veille"
USER_AGENT = _config.user_agent
SPIDER_MODULES = ["crawler.spiders"]

# fetch → extract → enrich → decide → outbox. Extraction and enrichment share one hop into a worker
# process.
ITEM_PIPELINES = {
    "crawler.pipelines.ExtractPipeline": 100,
    "crawler.pipelines.DecidePipeline": 200,
    "crawler.pipelines.OutboxPipeline": 300,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.downloader.ssrf.SsrfMiddleware": 50,
    "crawler.downloader.traps.TrapMiddleware": 60,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.downloader.robots.RobotsMiddleware": 100,
    "crawler.downloader.conditional.ConditionalGetMiddleware": 150,
    "crawler.downloader.retry_after.RetryAfterMiddleware": 560,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.downloader.decompression.DecompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.downloader.refresh.RefreshMiddleware": 580,
    "crawler.downloader.chain_cookies.ChainCookiesMiddleware": 700,
}

# What Veille has no use for, or does itself, costs each page its share all the same: hosts are not
# listed by spider, every status is answered, addresses are bounded by crawler.urls, depth by
# crawler.spiders.entry_visits.
DOWNLOADER_MIDDLEWARES |= dict.fromkeys(
    (
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware",
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware",
        "scrapy.downloadermiddlewares.stats.DownloaderStats",
    )
)
SPIDER_MIDDLEWARES = dict.fromkeys(
    (
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware",
        "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware",
        "scrapy.spidermiddlewares.depth.DepthMiddleware",
        "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware",
    )
)
EXTENSIONS = {"scrapy.extensions.logcount.LogCount": None}

# A good citizen: one connection and a delay for each host, whatever the number of crawls
# (crawler.fetch.throttle).
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = _config.download_delay
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 8
CONCURRENT_ITEMS = 2
# Bytes of answers that one crawl holds until they are read: Scrapy's own five million, in each of
# many crawls, are hundreds of pages in memory, which a stop would wait for and a kill would ask for
# again.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 250_000
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
REFERRER_POLICY = "no-referrer"
# Cookies live as long as a chain of redirects (crawler.downloader.chain_cookies).
COOKIES_ENABLED = False

# Every answer is hostile: Scrapy's own bounds are a gigabyte, three minutes and no check of
# certificates.
DOWNLOAD_HANDLERS = {
    "http": "crawler.downloader.handler.PoliteDownloadHandler",
    "https": "crawler.downloader.handler.PoliteDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
TWISTED_DNS_RESOLVER = "crawler.fetch.resolver.GuardedResolver"
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
REDIRECT_MAX_TIMES = 5
# A page sends on where it waits for less than so many seconds.
METAREFRESH_MAXDELAY = 6
METAREFRESH_IGNORE_TAGS = ["script", "noscript"]
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
MEMUSAGE_ENABLED = False
LOGSTATS_INTERVAL = 0
STATS_DUMP = False
LOG_LEVEL = "INFO"
DEFAULT_DROPITEM_LOG_LEVEL = "INFO"
FEED_EXPORT_ENCODING = "utf-8"
