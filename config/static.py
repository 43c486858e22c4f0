"""Static files under names that carry their hash, so that browsers may keep them for ever."""

from __future__ import annotations

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_, MODULE_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns  # type: ignore[attr-defined]


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Rewrites the imports between our own ES modules too: a page never mixes two releases of its scripts.

    Django's switch for this would rewrite other people's bundles as well, and trips over theirs.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("study/*.js", MODULE_IMPORTS),
        ("pipeline/*.js", MODULE_IMPORTS),
    )
