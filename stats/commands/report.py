"""`report`: the whole analysis as HTML, PDF and JSON, from a table alone."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from stats.commands.output import write_files
from stats.commands.secondary import describe_material, material_of
from stats.report.compose import compose, summary
from stats.report.html import to_html
from stats.report.plain import document_text


def describe(parser: ArgumentParser) -> None:
    """Add the options."""
    describe_material(parser)
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for report.html, .pdf and .json")
    parser.add_argument("--title", help="name of the study (default: name of the first table)")


def run(args: Namespace) -> str:
    """Write the three files; return the report's results, warnings and classes as text."""
    now = datetime.now(UTC)
    material = material_of(args)

    from stats.commands.report_source import facts_of, source_of  # matplotlib after a large table was read

    name = args.title or Path(args.tables[0]).stem
    source = source_of(material, facts_of(name, [*args.tables, *(args.predictions or [])], material, now))
    document = compose(source)
    from stats.report.paper.pdf import to_pdf  # the PDF writer only where one is printed

    numbers = json.dumps(source.to_dict(), indent=2, allow_nan=False).encode()
    files = {
        "report.html": to_html(document).encode(),
        "report.pdf": to_pdf(document, now),
        "report.json": numbers,
    }
    return "\n".join([document_text(summary(source)), "", *write_files(args.out, files)])
