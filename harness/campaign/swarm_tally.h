#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/campaign/swarm.h"
#include "harness/model/frontier.h"

namespace harness::campaign {

// What many conversations came to. Tallies of parts add up to that of the whole.
class SwarmTally {
 public:
  // Failures of one shape, or what is NonStrict in the same way, whatever the numbers.
  struct Shape {
    oracle::Verdict verdict{};
    std::uint64_t count = 0;
    std::uint64_t first = 0;  // The lowest index of such a conversation.
    std::vector<std::string> requirements{};
    friend bool operator==(const Shape&, const Shape&) = default;
  };

  // The shape when this is the first failure of it: somebody will want to see it.
  std::optional<std::string> add(std::uint64_t index, const Conversation&, const model::Model&);
  void add(const SwarmTally&);
  // The process that held it is gone.
  void lose(std::uint64_t index, const std::string& how);

  std::uint64_t conversations() const;
  std::uint64_t of(oracle::Verdict v) const { return verdicts_[static_cast<std::size_t>(v)]; }
  std::uint64_t segments() const { return segments_; }
  // How many of them reached each state, by event::TcpState.
  const std::array<std::uint64_t, 12>& states() const { return states_; }
  // In the order of rules::catalogue().
  const std::vector<std::uint64_t>& exercised() const { return exercised_; }
  // The widest frontier of hypotheses, and the width that 99 of 100 conversations stay within.
  std::size_t widest() const;
  std::size_t p99() const;
  const std::map<std::string, Shape>& shapes() const { return shapes_; }
  // What each of the faults did that every link has.
  const std::vector<link::Score>& faults() const { return faults_; }
  const std::string& version() const { return version_; }
  void set_version(std::string version) { version_ = std::move(version); }

  // For a pipe; from_text() reads it back, and gives nothing for anything else.
  std::string to_text() const;
  static std::optional<SwarmTally> from_text(std::string_view);

  friend bool operator==(const SwarmTally&, const SwarmTally&) = default;

 private:
  std::array<std::uint64_t, oracle::kVerdicts> verdicts_{};
  std::array<std::uint64_t, 12> states_{};
  std::array<std::uint64_t, model::Frontier::kMost + 1> widths_{};
  std::uint64_t segments_ = 0;
  std::vector<std::uint64_t> exercised_;
  std::map<std::string, Shape> shapes_;
  std::vector<link::Score> faults_;
  std::string version_;
};

// What is wrong with a conversation, in words without numbers: two with the same shape are taken
// for the same failure.
std::string shape_of(const Conversation&);

}  // namespace harness::campaign
