"""The life cycle of the index in Elasticsearch: templates, first version, status.

`indexer.backends.elastic.admin.migration` makes a new version out of an old one.
"""

from collections.abc import Mapping
from typing import Any

from elasticsearch import ApiError

from indexer.backends.elastic import versions
from indexer.backends.elastic.admin.migration import Migration, Progress
from indexer.backends.elastic.connection import connect, translated_errors
from indexer.document import mapping

LIFE_CYCLE = "veille"
_PRIORITY = 100
"""After a restart, articles come back before indices that name no priority."""


class IndexAdmin:
    """The index of articles seen by who may manage it; `url` as VEILLE_INDEX has it.

    Methods raise `IndexUnavailable`.
    """

    def __init__(self, url: str, environment: Mapping[str, str]) -> None:
        self.client, self.alias, self.address = connect(url, environment)

    def setup(self, shards: int | None = None) -> list[str]:
        """Put the templates, the life cycle where there is one, and the first version; what was
        done, in sentences.

        An index that is there stays as it is: `status` says in what it differs from one of today.
        """
        with translated_errors(self.address):
            managed = self._put_life_cycle()
            self._put_templates(shards or versions.SHARDS, managed)
            done = [f"The templates of {self.alias} are up to date."]
            if not managed:
                done.append(
                    "This Elasticsearch has no index life cycles: none is set, and none is needed."
                )
            behind = versions.behind_alias(self.client, self.alias)
            if behind:
                done.append(f"{', '.join(behind)} stands behind {self.alias}.")
            else:
                first = versions.next_name(self.client, self.alias)
                versions.create(
                    self.client,
                    first,
                    {self.alias: {"is_write_index": True}},
                    shards or versions.SHARDS,
                )
                done.append(f"{first} was made behind {self.alias}.")
            return done

    def migration(self, progress: Progress = lambda done, of: None) -> Migration:
        """What makes new versions."""
        return Migration(self.client, self.alias, self.address, progress)

    def status(self) -> dict[str, Any]:
        """What is there: versions, documents, bytes, shards, differences, and what this
        Elasticsearch can do.
        """
        with translated_errors(self.address):
            behind = versions.behind_alias(self.client, self.alias)
            health = "red"
            if behind:
                health = self.client.cluster.health(index=self.alias)["status"]
            return {
                "alias": self.alias,
                "versions": [self._version(name, name in behind) for name in self._names(behind)],
                "health": health,
                "life_cycles": is_supported(self.client.ilm.get_lifecycle),
                "scheduled_snapshots": is_supported(self.client.slm.get_lifecycle),
            }

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    def _names(self, behind: list[str]) -> list[str]:
        return sorted({*versions.existing(self.client, self.alias).values(), *behind})

    def _version(self, name: str, behind: bool) -> dict[str, Any]:
        index = self.client.indices.get(index=name).body[name]
        settings = index["settings"]["index"]
        meta = index["mappings"].get("_meta", {})
        version = {
            "name": name,
            "behind_alias": behind,
            **self._sizes(name),
            "shards": int(settings["number_of_shards"]),
            "writable": "write" not in settings.get("blocks", {}),
            "differs": "",
            "copy_of": meta.get("copy_of"),
            "replaced_by": meta.get("replaced_by"),
        }
        if behind:
            version["differs"] = versions.describe(versions.differences(index))
        return version

    def _sizes(self, name: str) -> dict[str, Any]:
        """Articles and bytes of a version, replicas left out."""
        stats = self.client.indices.stats(index=name, metric="docs,store").body
        primaries = stats["_all"]["primaries"]
        articles = primaries["docs"]["count"]
        size = primaries["store"]["size_in_bytes"]
        return {
            "articles": articles,
            "bytes": size,
            "bytes_an_article": round(size / articles) if articles else None,
        }

    def _put_life_cycle(self) -> bool:
        phases = {"hot": {"actions": {"set_priority": {"priority": _PRIORITY}}}}
        return is_supported(
            self.client.ilm.put_lifecycle, name=LIFE_CYCLE, policy={"phases": phases}
        )

    def _put_templates(self, shards: int, managed: bool) -> None:
        """What an index of this name gets that is made otherwise: by a restore, by hand."""
        settings = versions.settings(shards)
        if managed:
            settings["index.lifecycle.name"] = LIFE_CYCLE
        # A template of fields is checked alone, so their analyzers stand in it.
        fields = {"settings": {"analysis": settings.pop("analysis")}, "mappings": mapping()}
        parts = {
            f"{self.alias}-settings": {"settings": settings},
            f"{self.alias}-mappings": fields,
        }
        for name, template in parts.items():
            self.client.cluster.put_component_template(name=name, template=template)
        # A digit, so that the index of crawls beside these is left alone.
        patterns = [f"{self.alias}-{digit}*" for digit in range(10)]
        self.client.indices.put_index_template(
            name=self.alias, index_patterns=patterns, composed_of=list(parts), priority=500
        )


def is_supported(call: Any, **options: Any) -> bool:
    """Whether Elasticsearch has what is called: a distribution without it knows no such address."""
    try:
        call(**options)
    except ApiError as error:
        if error.status_code in (400, 404, 405) and "no handler found" in str(error):
            return False
        raise
    return True
