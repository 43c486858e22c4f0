# The verdict's table from the exported trials, with base R alone, to read, check and change:
#     Rscript analysis/verdict_table.R data/study-..._table-trials_data.csv .85 .75 .80 .05
# after floor, ceiling, competence and alpha. A trial without an answer in time is wrong; classes weigh the
# same; variances are clustered by observers and by photos at once; one network is tested over photos.
arguments <- commandArgs(trailingOnly = TRUE)
limits <- as.numeric(arguments[2:5])
floor_ <- limits[1]; ceiling_ <- limits[2]; competence <- limits[3]; alpha <- limits[4]

# The trials that count, with their weights: the inverse of the chance of a level drawn for a person.
trials <- read.csv(arguments[1], colClasses = "character", na.strings = NULL, check.names = FALSE,
                   fileEncoding = "UTF-8", quote = "\"")
trials$y <- suppressWarnings(as.numeric(trials$correct))
trials$y[trials$response_status %in% c("timeout", "cant_tell")] <- 0
trials$level <- as.numeric(trials$crop_level)
trials$cluster <- ifelse(trials$source_id == "", paste("item", trials$item_id), trials$source_id)
trials <- trials[!(trials$block_type %in% c("practice", "catch")) & trials$response_status != "aborted" &
                   trials$mode != "preview" & trials$excluded_trial != "1" &
                   trials$excluded_participant != "1" & !is.na(trials$y), ]
chance <- suppressWarnings(as.numeric(trials$level_probability))
trials$w <- ave(1 / chance, trials$level, FUN = function(w) w / mean(w, na.rm = TRUE))
trials$w[is.na(trials$w)] <- 1

sums <- function(values, ...) tapply(values, list(...), sum, default = 0)
different <- function(values) length(unique(values))
clusters_of <- function(d) tapply(d$cluster, d$category, different)

# The macro average, and the residual of every trial, weighted as in the average.
residuals_of <- function(d) {
  weights <- sums(d$w, d$category)
  means <- sums(d$y * d$w, d$category) / weights
  list(mean = mean(means),
       each = as.vector(d$w * (d$y - means[d$category]) / (length(means) * weights[d$category])))
}

# The part of the variance between clusters of photos; none where a class has a single one.
between_clusters <- function(d, residual) {
  own <- clusters_of(d)
  all <- different(d$cluster)
  if (min(own) < 2 || all <= length(own)) return(NA)
  squares <- sums(residual, d$cluster)^2
  if (sum(own) > all) return(sum(squares) * all / (all - length(own)))
  of_cluster <- own[tapply(d$category, d$cluster, function(names) names[1])]
  sum(squares * of_cluster / (of_cluster - 1))
}

# Degrees of freedom between photos: clusters minus classes, fewer where a class is small.
photos_df_of <- function(d) {
  own <- as.vector(clusters_of(d))
  apart <- different(d$cluster) - length(own)
  if (min(own) < 2 || different(own) == 1) return(apart)
  min(apart, sum(1 / own)^2 / sum(1 / (own^2 * (own - 1))))
}

# The variance clustered two ways (Cameron, Gelbach & Miller), and Satterthwaite's degrees of freedom.
variance_and_df <- function(d, residual) {
  agents <- different(d$agent_id)
  photos_df <- photos_df_of(d)
  photos <- between_clusters(d, residual)
  if (agents < 2 || is.na(photos)) return(c(NA, NA))
  of_agents <- agents / (agents - 1) * sum(sums(residual, d$agent_id)^2)
  cells <- sums(residual, paste(d$agent_id, d$cluster))
  rest <- sum(cells^2) * if (length(cells) > 1) length(cells) / (length(cells) - 1) else 1
  variance <- max(of_agents + photos - rest, of_agents, photos)
  if (rest == 0 || variance <= 1e-12 * rest) return(c(NA, NA))
  spread <- of_agents^2 / (agents - 1) + photos^2 / photos_df
  c(variance, variance^2 / (spread + rest^2 / ((agents - 1) * photos_df)))
}

# The independent sources behind answers without spread.
sources <- function(d) {
  own <- clusters_of(d)
  min(length(own)^2 / sum(1 / own), different(d$cluster))
}

# Of how many independent photos one network's answers are worth (Korn & Graubard).
units_of_one_network <- function(d, average, residual) {
  counts <- table(d$category)
  photos <- length(counts)^2 / sum(1 / counts)
  if (different(d$cluster) == nrow(d) && different(counts) == 1) return(photos)
  variance <- between_clusters(d, residual)
  if (is.na(variance) || variance == 0) return(sources(d))
  factor <- qt(1 - alpha / 2, max(photos - 1, 1)) / qt(1 - alpha / 2, photos_df_of(d))
  min(average * (1 - average) / variance * factor^2, photos)
}

# Observers or sources, whichever are fewer; of unequal weights, as many as they tell.
units_of_people <- function(d) {
  worth <- function(w) if (different(d$w) > 1) sum(w)^2 / sum(w^2) else length(w)
  min(worth(sums(d$w, d$agent_id)), worth(sums(d$w, d$cluster)), sources(d))
}

# Accuracy, interval and one-sided p of people (above the floor) or machine (below the ceiling).
side <- function(d, threshold, machine) {
  size <- nrow(d)
  agents <- different(d$agent_id)
  if (machine && agents == 1) {
    y <- tapply(d$y, d$item_id, mean)
    d <- d[!duplicated(d$item_id), ]
    d$y <- as.vector(y[d$item_id])
  }
  average <- residuals_of(d)
  m <- average$mean
  v <- variance_and_df(d, average$each)
  if (m > 0 && m < 1 && !is.na(v[1])) {
    se <- sqrt(v[1]) / (m * (1 - m))
    bounds <- plogis(qlogis(m) + c(-1, 1) * qt(1 - alpha / 2, v[2]) * se)
    distance <- (qlogis(m) - qlogis(threshold)) / se
    p <- pt(if (machine) distance else -distance, v[2])
  } else {
    units <- if (machine && agents == 1) units_of_one_network(d, m, average$each)
             else if (machine && m %in% c(0, 1)) sources(d)
             else units_of_people(d)
    right <- m * units
    wrong <- units - right
    bounds <- c(if (right > 0) qbeta(alpha / 2, right, wrong + 1) else 0,
                if (wrong > 0) qbeta(1 - alpha / 2, right + 1, wrong) else 1)
    extreme <- if (machine) wrong else right
    null <- if (machine) 1 - threshold else threshold
    p <- if (extreme > 0) pbeta(null, extreme, units - extreme + 1) else 1
  }
  c(accuracy = m, low = bounds[1], high = bounds[2], p = max(p, .Machine$double.xmin),
    observers = agents, trials = size)
}

# One row per level.
columns <- c("accuracy", "low", "high", "p", "observers", "trials")
at_level <- function(level) {
  d <- trials[trials$level == level, ]
  of <- function(kind, threshold, machine) {
    answers <- d[d$agent_type == kind, ]
    if (nrow(answers) == 0) return(setNames(rep(NA, 6), columns))
    side(answers, threshold, machine)
  }
  people <- of("human", floor_, FALSE)
  machine <- of("model", ceiling_, TRUE)
  classes <- tapply(d$category, d$agent_type, different)
  complete <- length(classes) == 2 && min(classes) == different(trials$category)
  c(crop_level = level, setNames(people, paste0("people_", columns)),
    setNames(machine, paste0("machine_", columns)),
    p = if (complete) max(people["p"], machine["p"]) else NA)
}
result <- as.data.frame(t(sapply(sort(unique(trials$level)), at_level)))
names(result) <- sub("^p\\.p$", "p", names(result))
tested <- !is.na(result$p) & (result$crop_level != 0 | competence < ceiling_)
result$p_holm <- NA
result$p_holm[tested] <- p.adjust(result$p[tested], "holm")

# Both gates: people light to heavy, the machine heavy to light, behind a machine that is competent at level 0.
share <- if (sum(tested) == 1) alpha else alpha / 2
people_pass <- cumprod(result$people_p[tested] <= share)
machine_pass <- rev(cumprod(rev(result$machine_p[tested] <= share)))
competent <- isTRUE(result$machine_low[result$crop_level == 0] > competence)
result$sweet <- 0
result$sweet[tested] <- people_pass * machine_pass * competent
write.csv(format(result, digits = 15, trim = TRUE), row.names = FALSE, quote = FALSE)
