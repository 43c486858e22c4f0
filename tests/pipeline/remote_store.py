"""A store of files without local paths, as one in another house, that keeps them in memory."""

from __future__ import annotations

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

REMOTE = {"BACKEND": f"{__name__}.RemoteStore"}


class RemoteStore(Storage):
    """Names are whole, as in S3: there are no folders."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def _save(self, name: str, content: File) -> str:
        self.contents[name] = content.read()
        return name

    def _open(self, name: str, _mode: str = "rb") -> ContentFile:
        if name not in self.contents:
            raise FileNotFoundError(name)
        return ContentFile(self.contents[name], name)

    def exists(self, name: str) -> bool:
        return name in self.contents

    def size(self, name: str) -> int:
        return len(self.contents[name])

    def delete(self, name: str) -> None:
        self.contents.pop(name, None)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        within = [name.removeprefix(f"{path}/") for name in self.contents if name.startswith(f"{path}/")]
        return [], [name for name in within if "/" not in name]
