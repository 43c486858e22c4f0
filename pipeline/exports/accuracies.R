# The table of accuracies from the exported trials, with base R alone:
#     Rscript analysis/accuracies.R data/study-..._table-trials_data.csv
# A trial without an answer in time counts as wrong; classes weigh the same (macro average).
file <- commandArgs(trailingOnly = TRUE)[1]
trials <- read.csv(file, colClasses = "character", na.strings = "", check.names = FALSE,
                   fileEncoding = "UTF-8", quote = "\"")
is <- function(column, value) !is.na(trials[[column]]) & trials[[column]] == value
unanswered <- is("response_status", "timeout") | is("response_status", "cant_tell")
correct <- suppressWarnings(as.numeric(trials$correct))
correct[unanswered] <- 0
counts <- !is("block_type", "practice") & !is("block_type", "catch") &
  !is("response_status", "aborted") & !is("mode", "preview") &
  !is("excluded_trial", "1") & !is("excluded_participant", "1") & !is.na(correct)
counted <- data.frame(agent_type = trials$agent_type, crop_level = as.numeric(trials$crop_level),
                      category = trials$category, correct = correct)[counts, ]
by_class <- aggregate(correct ~ agent_type + crop_level + category, counted, mean)
accuracies <- aggregate(correct ~ agent_type + crop_level, by_class, mean)
trial_counts <- aggregate(correct ~ agent_type + crop_level, counted, length)
names(accuracies)[3] <- "accuracy"
names(trial_counts)[3] <- "trials"
table <- merge(accuracies, trial_counts)
write.csv(table[order(table$agent_type, table$crop_level), ], row.names = FALSE, quote = FALSE)
