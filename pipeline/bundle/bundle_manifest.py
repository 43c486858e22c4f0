"""The manifest of a bundle: what made it, what it holds, and the hash of every file in it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

import msgspec
from django.db.migrations.loader import MigrationLoader

FORMAT = 1
MANIFEST, README = "manifest.json", "README.md"
APPS = ("study", "pipeline")


class BundleError(ValueError):
    """A bundle cannot be made, or cannot be imported; the message says what to do."""


class BundledFile(msgspec.Struct, frozen=True):
    """A member of the archive, and where its content was stored; no place for tables and readme."""

    size: int
    sha256: str
    stored_as: str = ""


class BundleManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle says about itself.

    Attributes
    ----------
    format : of the archive
    software : version that made it
    schema : newest migration of each app
    study, code : name and code of the study
    numbers : least and largest number of a row
    files : by name in the archive; the manifest itself is none of them
    """

    format: int
    software: str
    schema: dict[str, str]
    study: str
    code: str
    numbers: tuple[int, int]
    files: dict[str, BundledFile]

    def to_json(self) -> bytes:
        """Return the manifest as it is written."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)

    @classmethod
    def read(cls, content: bytes) -> BundleManifest:
        """Read a manifest. Raises BundleError if it is not one of this software."""
        try:
            manifest = msgspec.json.decode(content, type=cls)
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise BundleError(
                f"This is no bundle of a study: its {MANIFEST} cannot be read ({error})."
            ) from error
        manifest.require_same_schema()
        return manifest

    def require_same_schema(self) -> None:
        """Refuse a bundle whose rows have other columns than the tables here."""
        if self.format == FORMAT and self.schema == schema_here():
            return
        theirs, ours = (", ".join(schema.values()) for schema in (self.schema, schema_here()))
        raise BundleError(
            f"This bundle was made by Sweetspot {self.software} with the tables of {theirs}; here they are "
            f"those of {ours}, in Sweetspot {software_here()}. Update the older installation, and make the "
            "bundle again."
        )


def software_here() -> str:
    """Return the version of this software."""
    return version("sweetspot")


@cache
def schema_here() -> dict[str, str]:
    """Return the newest migration of each app whose tables a bundle holds."""
    leaves = MigrationLoader(None).graph.leaf_nodes()
    return {app: name for app, name in sorted(leaves) if app in APPS}
