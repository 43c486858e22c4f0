"""From a stored analysis to its written report; the printing itself is `pipeline.stats.report`."""
