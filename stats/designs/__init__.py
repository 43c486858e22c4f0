"""More designs than levels alone: groups, conditions, predictors, searched crops, free text, counts."""
