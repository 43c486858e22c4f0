"""The report on paper: pages of a PDF file, with figures and with letters of every script."""
