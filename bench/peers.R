# The bench's problem in R: Rscript bench/peers.R PACKAGE FILE. Written for mrgsolve and rxode2.
#
# Prints the least processor time and the least wall time of a call in ms, and writes both outputs (ng/mL) as doubles.
# Constants and doses are those of _pharmacology_peers.py; RATE, RUN, END and STEP are hours and mg.
asked <- commandArgs(trailingOnly = TRUE)
V1 <- 133.0; CL <- 95.2; V2 <- 187.0; Q2 <- 23.2; V3 <- 98.8; Q3 <- 157.0
VN1 <- 98.638; CLN <- 57.72; VN2 <- 160.04; QN <- 42.778
AMOUNT <- 35; RUN <- 40 / 60; STARTS <- 24 * c(0, 3, 7, 10, 14, 17); END <- 504; STEP <- 1 / 60
known <- list(V1 = V1, CL = CL, V2 = V2, Q2 = Q2, V3 = V3, Q3 = Q3, VN1 = VN1, CLN = CLN, VN2 = VN2, QN = QN)
slopes <- c(
  C = "Q2 / V2 * A + Q3 / V3 * B - (CL + Q2 + Q3) / V1 * C",
  A = "Q2 / V1 * C - Q2 / V2 * A",
  B = "Q3 / V1 * C - Q3 / V3 * B",
  N = "CL / V1 * C + QN / VN2 * M - (CLN + QN) / VN1 * N",
  M = "QN / VN1 * N - QN / VN2 * M"
)

with_mrgsolve <- function() {
  suppressMessages(library(mrgsolve))
  constants <- paste(names(known), known, sep = " = ", collapse = ", ")
  odes <- paste0("dxdt_", names(slopes), " = ", slopes, ";", collapse = "\n")
  code <- paste("$PARAM", constants, "\n$CMT C A B N M\n$ODE\n", odes, sep = "\n")
  model <- suppressMessages(mcode("bench", code, quiet = TRUE))
  model <- update(model, rtol = 1e-8, atol = 1e-10, end = END, delta = STEP, maxsteps = 1e6)
  doses <- data.frame(ID = 1, time = STARTS, amt = AMOUNT, rate = AMOUNT / RUN, cmt = 1, evid = 1)
  function() mrgsim_d(model, doses, obsonly = TRUE, output = "df")[, c("C", "N")]
}

with_rxode2 <- function() {
  suppressMessages(library(rxode2))
  odes <- paste0("d/dt(", names(slopes), ") = ", slopes, collapse = "\n")
  model <- rxode2(odes)
  events <- et(amt = AMOUNT, rate = AMOUNT / RUN, time = STARTS, cmt = "C")
  events <- et(events, seq(0, END, by = STEP))
  function() rxSolve(model, unlist(known), events, rtol = 1e-8, atol = 1e-10, cores = 1L)[, c("C", "N")]
}

solve <- switch(asked[1], mrgsolve = with_mrgsolve(), rxode2 = with_rxode2())
answer <- solve()
taken <- replicate(5, { used <- system.time(solve()); c(sum(used[1:2]), used[[3]]) })
calls <- 10
many <- system.time(for (k in seq_len(calls)) solve())
cat(1000 * min(taken[1, ], sum(many[1:2]) / calls), 1000 * min(taken[2, ], many[[3]] / calls), "\n")
writeBin(c(1000 * answer$C / V1, 1000 * answer$N / VN1), asked[2])
