"""A document as PDF: searchable text, sharp figures, the same bytes for the same document."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from stats.letters import lacking
from stats.report.blocks import Document
from stats.report.paper.printed_pages import Pages

LACKING = (
    "No font of the computer that made this PDF has {count} characters of the report ({numbers}), which show "
    "as empty boxes. Install a font that has them, such as those of the Noto project (fonts-noto-core and "
    "fonts-noto-cjk in Debian), and make the PDF again. The report as a page (HTML) has them all."
)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def to_pdf(document: Document, created: datetime = EPOCH) -> bytes:
    """Return a document as the bytes of a PDF file.

    Parameters
    ----------
    created
        Date in the file's properties; fixed by default, so that equal documents are equal files.

    Examples
    --------
    >>> to_pdf(Document("Report", "No sweet spot: refuted at every level.", "", ()))[:5]
    b'%PDF-'
    """
    pdf = Pages(document.title, created)
    pdf.letter(_letters(document))
    pdf.heading(document.title, 16)
    missing = lacking(_letters(document))
    if missing:
        pdf.boxed(LACKING.format(count=len(missing), numbers=", ".join(f"U+{ord(x):04X}" for x in missing)))
    if document.banner:
        pdf.boxed(document.banner)
    pdf.sentence(document.headline, bold=True)
    for section in document.sections:
        pdf.section(section)
    return bytes(pdf.output())


def _letters(document: Document) -> str:
    return "".join(sorted(set(msgspec.json.encode(document).decode())))
