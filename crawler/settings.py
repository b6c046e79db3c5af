"""Scrapy's settings: reading them shows the line. The only module that reads the configuration when imported, because
Scrapy takes its settings from a module."""

from crawler.config import load_config

_config = load_config()

BOT_NAME = "veille"
USER_AGENT = _config.user_agent
SPIDER_MODULES = ["crawler.spiders"]

# fetch → extract → enrich → decide → outbox. Extraction and enrichment share one hop into a worker process.
ITEM_PIPELINES = {
    "crawler.pipelines.Extract": 100,
    "crawler.pipelines.Decide": 200,
    "crawler.pipelines.Outbox": 300,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.guard.Guard": 50,
    "crawler.middlewares.traps.Untrapped": 60,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.Robots": 100,
    "crawler.middlewares.conditional.Conditional": 150,
    "crawler.middlewares.patience.Patience": 560,
}

# A good citizen: one connection and a delay for each host, whatever the number of crawls (crawler.gate).
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = _config.download_delay
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 8
CONCURRENT_ITEMS = 2
# Bytes of answers that one crawl holds until they are read: Scrapy's own five million, in each of many crawls, are
# hundreds of pages in memory, which a stop would wait for and a kill would ask for again.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 250_000
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
HTTPERROR_ALLOW_ALL = True
REFERRER_POLICY = "no-referrer"
COOKIES_ENABLED = False

# Every answer is hostile: Scrapy's own bounds are a gigabyte, three minutes and no check of certificates.
DOWNLOAD_HANDLERS = {
    "http": "crawler.download.PoliteDownload",
    "https": "crawler.download.PoliteDownload",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
TWISTED_DNS_RESOLVER = "crawler.resolver.GuardedResolver"
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
MEMUSAGE_ENABLED = False
LOGSTATS_INTERVAL = 0
STATS_DUMP = False
LOG_LEVEL = "INFO"
DEFAULT_DROPITEM_LOG_LEVEL = "INFO"
FEED_EXPORT_ENCODING = "utf-8"
