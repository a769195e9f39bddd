#pragma once

#include <csignal>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/campaign/swarm.h"
#include "harness/campaign/swarm_tally.h"
#include "harness/cli/found_files.h"
#include "harness/cli/swarm_options.h"
#include "harness/oracle/deviations.h"
#include "harness/target/catalogue/catalogue.h"
#include "reports/result.h"

namespace harness::cli {

// What the folder for what was found gets of one conversation.
struct Kept {
  std::uint64_t index = 0;
  std::string shape{}, said{};  // See FoundFiles.
  bool script = false;
  std::vector<FoundFile> files{};

  friend bool operator==(const Kept&, const Kept&) = default;
};

// Some conversations in a row, and what came of them.
struct Batch {
  campaign::SwarmTally tally{};
  std::vector<reports::Result> shown{};  // The first of each shape, with its ladder.
  std::vector<Kept> kept{};
};

// Octets for a pipe; nothing when they are anything else.
std::string to_octets(const Batch&);
std::optional<Batch> batch_from(std::string_view octets);

// Holds batches of conversations; in a worker, for it may die of one.
class Batches {
 public:
  Batches(const SwarmArguments&, const target::catalogue::Choice&,
          const volatile std::sig_atomic_t* stop, std::vector<oracle::Deviation> known = {});
  ~Batches();

  std::uint32_t count() const;  // Of batches.
  Batch hold(std::uint32_t batch);
  // The conversation at which the process that held this batch is, or was when it died.
  std::uint64_t reached(std::uint32_t batch) const;
  // All about one, whatever its verdict; its record too.
  Batch hold_only(std::uint64_t index);

 private:
  struct Places;

  campaign::Swarm& swarm();
  // What the lines for conversations list is known.
  const campaign::Conversation& excused(const campaign::Conversation&);
  // Makes files of a failure, unless there is a script of its shape or it was tried often enough.
  void keep(std::uint64_t index, const campaign::Conversation&, Batch&);
  reports::Result result(std::uint64_t index, const campaign::Conversation&);
  std::uint64_t first(std::uint32_t batch) const { return std::uint64_t{batch} * size_; }

  std::vector<oracle::Deviation> known_;
  campaign::Conversation excused_;
  const SwarmArguments& arguments_;
  const target::catalogue::Choice& choice_;
  const volatile std::sig_atomic_t* stop_;
  std::uint64_t size_;
  Places* places_;  // Shared with all workers.
  std::unique_ptr<campaign::Swarm> swarm_;
  std::set<std::string> scripted_;    // Shapes of which there is a script.
  std::map<std::string, int> tried_;  // How often in vain, of the others.
};

}  // namespace harness::cli
