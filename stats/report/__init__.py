"""The written report: one document from plain values, printed as HTML, as PDF or as text."""
