#pragma once

#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/perform.h"
#include "harness/cli/pool.h"
#include "reports/run.h"

namespace harness::cli {

// Does the jobs, here or in worker processes, and collects what comes of them.
class Session final : private PoolEvents {
 public:
  struct Listener {
    std::function<void(const Job&)> started;
    std::function<void(const reports::Result&)> ended;             // At once, as they come.
    std::function<void(const Job&, const reports::Result&)> told;  // In the order of the jobs.
    std::function<void(const std::string&)> said;                  // By a worker, on stderr.
  };

  Session(const std::vector<Job>& jobs, const Plan& plan, Listener listener)
      : jobs_(jobs), plan_(plan), listener_(std::move(listener)), results_(jobs.size()) {}

  // `workers`: 0 does them in this process. Throws base::SystemError when the system gives no
  // worker; what was done until then can be reported.
  void run(unsigned workers);
  // Tells what has not been told. Adds what came of the jobs: results in their order, without
  // traces, and what was not run, for which `why` is the reason.
  void report(reports::Run&, const std::string& why = kInterrupted);

  static constexpr char kInterrupted[] = "interrupted";

 private:
  void started(std::uint32_t index) override;
  void finished(std::uint32_t index, const std::string& result) override;
  void lost(std::uint32_t index, const std::string& how) override;
  void said(const std::string& text) override;
  void keep(std::uint32_t index, reports::Result);
  void tell(std::uint32_t index);

  const std::vector<Job>& jobs_;
  const Plan& plan_;
  Listener listener_;
  std::vector<std::optional<reports::Result>> results_;
  std::uint32_t told_ = 0;  // So many of the jobs, from the first.
};

}  // namespace harness::cli
