# glmnet's multinomial path. A line of JSON on the standard input is a request, and is
# answered by one, with the seconds of the fit alone.
suppressMessages(library(glmnet))
directory <- commandArgs(trailingOnly = TRUE)[1]
shape <- scan(file.path(directory, "shape"), quiet = TRUE)
bytes <- function(name, n) readBin(file.path(directory, name), "integer", n, size = 1, signed = FALSE)
pixels <- matrix(bytes("train.x", shape[1] * shape[3]), shape[1], byrow = TRUE) / 255
labels <- bytes("train.y", shape[1]) + 1
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
  x <- pixels[1:n, ]
  y <- labels[1:n]
  seconds <- system.time(
    m <- glmnet(x, factor(y), family = "multinomial", alpha = alpha, lambda = field(line, "Lambda"),
                standardize = FALSE, thresh = field(line, "Limit"), maxit = 1e7)
  )["elapsed"]
  objectives <- c()
  nonzeros <- c()
  for (i in seq_along(m$lambda)) {
    w <- sapply(m$beta, function(b) b[, i])
    s <- sweep(x %*% w, 2, m$a0[, i], "+")
    top <- apply(s, 1, max)
    loss <- mean(top + log(rowSums(exp(s - top))) - s[cbind(seq_along(y), y)])
    objectives <- c(objectives, loss + m$lambda[i] * (alpha * sum(abs(w)) + (1 - alpha) / 2 * sum(w^2)))
    nonzeros <- c(nonzeros, sum(w != 0))
  }
  cat(sprintf('{"Seconds":%.6f,"Objectives":[%s],"Nonzeros":[%s]}\n', seconds,
              paste(sprintf("%.10g", objectives), collapse = ","), paste(nonzeros, collapse = ",")))
}
