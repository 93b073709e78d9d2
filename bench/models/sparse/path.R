# Usage: Rscript path.R data alpha thresh lambda...
# Fits glmnet's multinomial path and prints its seconds, and for each lambda the objective,
# computed here from its definition, and the number of weights that are not zero. data is
# written by main.go: rows, columns, classes and a divisor as integers of 32 bits, rows of
# bytes, labels as bytes.
suppressMessages(library(glmnet))
args <- commandArgs(trailingOnly = TRUE)
alpha <- as.numeric(args[2])
lambda <- as.numeric(args[-(1:3)])
f <- file(args[1], "rb")
head <- readBin(f, "integer", 4, size = 4, endian = "little")
x <- matrix(readBin(f, "integer", head[1] * head[2], size = 1, signed = FALSE), head[1], byrow = TRUE) / head[4]
y <- readBin(f, "integer", head[1], size = 1, signed = FALSE) + 1
close(f)
seconds <- system.time(
  m <- glmnet(x, factor(y), family = "multinomial", alpha = alpha, lambda = lambda,
              standardize = FALSE, thresh = as.numeric(args[3]), maxit = 1e7)
)
cat("seconds", seconds["elapsed"], seconds["user.self"] + seconds["sys.self"], "\n")
for (i in seq_along(m$lambda)) {
  w <- sapply(m$beta, function(b) b[, i])
  s <- sweep(x %*% w, 2, m$a0[, i], "+")
  top <- apply(s, 1, max)
  loss <- mean(top + log(rowSums(exp(s - top))) - s[cbind(seq_along(y), y)])
  penalty <- m$lambda[i] * (alpha * sum(abs(w)) + (1 - alpha) / 2 * sum(w^2))
  cat(sprintf("%.17g %.10g %d\n", m$lambda[i], loss + penalty, sum(w != 0)))
}
