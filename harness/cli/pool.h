#pragma once

#include <csignal>
#include <cstdint>
#include <string>

#include "harness/cli/worker.h"

namespace harness::cli {

// Who is told how the jobs go, in the order in which things happen.
class PoolEvents {
 public:
  virtual ~PoolEvents() = default;
  virtual void started(std::uint32_t index) = 0;
  virtual void finished(std::uint32_t index, const std::string& result) = 0;
  // The worker is gone and with it the job's result; `how`: "was killed by SIGSEGV".
  virtual void lost(std::uint32_t index, const std::string& how) = 0;
  virtual void said(const std::string& text) = 0;  // By a worker, on stderr.
};

// Does jobs 0 to count-1, given out in this order, in `workers` processes. A worker that dies is
// replaced. When `*stop` is set nothing more is given out, and those at work are asked to stop;
// those that have not stopped after a few seconds are killed, and nothing is said of their jobs.
void run_pool(std::uint32_t count, unsigned workers, const Worker::Work&, PoolEvents&,
              const volatile std::sig_atomic_t* stop);

}  // namespace harness::cli
