"""The way in: the front page, the first account of a new site, a researcher's studies, and the tutorial."""
