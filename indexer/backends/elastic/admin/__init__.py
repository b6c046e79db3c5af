"""What looks after the index in Elasticsearch: versions, migration, snapshots, keys, certificates.

A door module.
"""

from indexer.backends.elastic.admin.api_keys import Accounts
from indexer.backends.elastic.admin.certificates import provide_certificates
from indexer.backends.elastic.admin.lifecycle import IndexAdmin
from indexer.backends.elastic.admin.snapshots import Snapshots

__all__ = ["Accounts", "IndexAdmin", "Snapshots", "provide_certificates"]
