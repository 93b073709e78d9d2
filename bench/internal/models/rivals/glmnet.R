# glmnet's multinomial path. A line of JSON on the standard input is a request, and is
# answered by one, with the seconds of the fit alone.
suppressMessages(library(glmnet))
directory <- commandArgs(trailingOnly = TRUE)[1]
shape <- scan(file.path(directory, "shape"), quiet = TRUE)
bytes <- function(name, n) readBin(file.path(directory, name), "integer", n, size = 1, signed = FALSE)
field <- function(line, name) { # numbers of a field
  value <- sub(paste0('.*"', name, '":\\[?([-0-9.e,+]*).*'), "\\1", line)
  as.numeric(strsplit(value, ",")[[1]])
}
lines <- file("stdin", open = "r")
while (length(line <- readLines(lines, 1)) > 0) {
  if (grepl('"Do":"version"', line)) {
    cat(sprintf('{"Version":"glmnet %s, R %s"}\n', packageVersion("glmnet"), getRversion()))
    next
  }
  n <- field(line, "Rows")
  alpha <- field(line, "Alpha")
  x <- matrix(bytes("train.x", n * shape[3]), n, byrow = TRUE) / 255
  y <- bytes("train.y", n) + 1
  seconds <- system.time(
    m <- glmnet(x, factor(y), family = "multinomial", alpha = alpha, lambda = field(line, "Lambda"),
                standardize = FALSE, thresh = field(line, "Limit"), maxit = 1e7)
  )["elapsed"]
  path <- c()
  for (i in seq_along(m$lambda)) {
    rows <- c()
    for (k in seq_along(m$beta)) {
      rows <- c(rows, sprintf("[%s]", paste(sprintf("%.10g", c(m$beta[[k]][, i], m$a0[k, i])), collapse = ",")))
    }
    path <- c(path, sprintf("[%s]", paste(rows, collapse = ",")))
  }
  cat(sprintf('{"Seconds":%.6f,"Path":[%s]}\n', seconds, paste(path, collapse = ",")))
}
