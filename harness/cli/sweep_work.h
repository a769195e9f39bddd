#pragma once

#include <array>
#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/campaign/sweep.h"
#include "harness/cli/found_files.h"
#include "harness/cli/suite.h"
#include "harness/cli/sweep_options.h"
#include "harness/target/catalogue/catalogue.h"
#include "reports/result.h"

namespace harness::cli {

// What is wrong in the same way in some runs of a sweep.
struct SweepShape {
  std::string shape;   // campaign::shape_of(), or what broke the harness.
  std::string faults;  // Of the first of them.
  bool plain = false;  // That one is the scenario as it stands, with what it expects.
  std::vector<std::string> requirements{};
  oracle::Verdict verdict{};
  std::uint64_t count = 0;

  friend bool operator==(const SweepShape&, const SweepShape&) = default;
};

// What came of some runs.
struct SweepShare {
  std::string refused{};  // Why there are none.
  std::uint64_t packets = 0, singles = 0;
  std::array<std::uint64_t, oracle::kVerdicts> verdicts{};
  std::vector<SweepShape> shapes{};  // In the order in which they were met first.
  bool interrupted = false;

  void add(const SweepShare&);
  std::uint64_t runs() const;
  std::uint64_t of(oracle::Verdict v) const { return verdicts[static_cast<std::size_t>(v)]; }
};
std::string to_octets(const SweepShare&);
std::optional<SweepShare> sweep_share_from(std::string_view);

// One failure in full.
struct SweepShown {
  reports::Result result{};
  std::vector<FoundFile> files{};
};
std::string to_octets(const SweepShown&);
std::optional<SweepShown> sweep_shown_from(std::string_view);

// Plays the runs of one scenario's sweep; in a worker, which may die of one.
class SweepWork {
 public:
  SweepWork(const Entry&, const SweepArguments&, const target::catalogue::Choice&,
            const volatile std::sig_atomic_t* stop);
  ~SweepWork();
  SweepWork(const SweepWork&) = delete;
  SweepWork& operator=(const SweepWork&) = delete;

  // Without faults, as it stands and with all that it expects, and then as it is swept: how many
  // packets and singles there are.
  SweepShare clean();
  // A single fault, and the pairs it is the first of.
  SweepShare search(std::uint32_t single);
  // The first run of this shape again, with all that is to be told of it; and a script of that, if
  // one is wanted. Without a shape its first failure is meant.
  SweepShown show(const SweepShape&);
  // The faults of the run at which the process that does this job is, or was when it died.
  std::string reached(std::uint32_t job) const;
  void at(std::uint32_t job, std::string_view faults);

 private:
  struct Places;

  campaign::Sweep& sweep();
  campaign::RunOptions options() const;
  void note(SweepShare&, const campaign::Swept&, bool plain = false) const;
  campaign::Swept as_it_stands(event::Trace&) const;
  void add_files(SweepShown&, const SweepShape&, const event::Trace&) const;

  const Entry& entry_;
  const SweepArguments& arguments_;
  const target::catalogue::Choice& choice_;
  const volatile std::sig_atomic_t* stop_;
  std::unique_ptr<campaign::Sweep> sweep_;
  Places* places_;  // Shared with all workers.
};

}  // namespace harness::cli
