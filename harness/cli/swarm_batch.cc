#include "harness/cli/swarm_batch.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <iterator>
#include <limits>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/campaign/found.h"
#include "harness/cli/known.h"
#include "harness/cli/number.h"
#include "harness/event/text.h"
#include "reports/json.h"
#include "reports/ladder.h"

namespace harness::cli {

using oracle::Verdict;

namespace {

constexpr int kTries = 5;             // To make a script of one shape.
constexpr std::size_t kSlots = 1024;  // More than there are workers.

}  // namespace

struct Batches::Places {
  std::array<std::atomic<std::uint64_t>, kSlots> at;
};

std::string to_octets(const Batch& batch) {
  const auto tally = batch.tally.to_text();
  auto octets = fmt::format("{}\n{}{}\n", tally.size(), tally, batch.kept.size());
  for (const auto& kept : batch.kept) {
    octets += fmt::format("{}\n{}\n{}\n{:d}\n{}\n", kept.index, kept.shape, kept.said, kept.script,
                          kept.files.size());
    for (const auto& file : kept.files) {
      octets += fmt::format("{}\n{}\n{}", file.name, file.text.size(), file.text);
    }
  }
  for (const auto& one : batch.shown) octets += reports::to_json_whole(one) + '\n';
  return octets;
}

std::optional<Batch> batch_from(std::string_view octets) {
  const auto line = [&] {
    const auto text = octets.substr(0, octets.find('\n'));
    octets.remove_prefix(std::min(text.size() + 1, octets.size()));
    return text;
  };
  const auto number = [&](std::uint64_t most) -> std::optional<std::uint64_t> {
    const auto read = parse_number("a number", line(), 0, most);
    return read ? std::optional{*read} : std::nullopt;
  };
  const auto length = [&]() -> std::optional<std::size_t> { return number(octets.size()); };
  const auto take = [&](std::size_t size) {
    const auto text = octets.substr(0, size);
    octets.remove_prefix(text.size());
    return text;
  };
  const auto size = length();
  if (!size) return std::nullopt;
  auto tally = campaign::SwarmTally::from_text(take(*size));
  if (!tally) return std::nullopt;
  Batch batch{.tally = std::move(*tally)};
  const auto count = length();
  if (!count) return std::nullopt;
  for (std::size_t i = 0; i < *count; ++i) {
    const auto index = number(std::numeric_limits<std::uint64_t>::max());
    if (!index) return std::nullopt;
    Kept kept{.index = *index, .shape = std::string{line()}, .said = std::string{line()}};
    const auto script = number(1), files = length();
    if (!script || !files) return std::nullopt;
    kept.script = *script != 0;
    for (std::size_t n = 0; n < *files; ++n) {
      const std::string name{line()};
      const auto whole = length();
      if (!whole) return std::nullopt;
      kept.files.push_back({.name = name, .text = std::string{take(*whole)}});
    }
    batch.kept.push_back(std::move(kept));
  }
  while (!octets.empty()) {
    auto result = reports::from_json(line());
    if (!result) return std::nullopt;
    batch.shown.push_back(std::move(*result));
  }
  return batch;
}

Batches::Batches(const SwarmArguments& arguments, const target::catalogue::Choice& choice,
                 const volatile std::sig_atomic_t* stop, std::vector<oracle::Deviation> known)
    : known_(std::move(known)),
      arguments_(arguments),
      choice_(choice),
      stop_(stop),
      // What a second does on virtual time takes minutes on a real clock.
      size_(choice.entry.virtual_time ? 1000 : 4) {
  void* const shared =
      ::mmap(nullptr, sizeof(Places), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) throw base::SystemError{"share memory with workers"};
  places_ = new (shared) Places{};
}

Batches::~Batches() { ::munmap(places_, sizeof(Places)); }

std::uint32_t Batches::count() const {
  if (arguments_.time) return std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>((arguments_.count + size_ - 1) / size_);
}

std::uint64_t Batches::reached(std::uint32_t batch) const {
  return places_->at[batch % kSlots].load(std::memory_order_relaxed);
}

campaign::Swarm& Batches::swarm() {
  if (!swarm_) {
    swarm_ = std::make_unique<campaign::Swarm>(
        choice_.make, campaign::SwarmOptions{.seed = arguments_.seed.value,
                                             .taste = {.real_time = !choice_.entry.virtual_time,
                                                       .faults = arguments_.faults,
                                                       .all_faults = arguments_.all_faults,
                                                       .ipv6 = arguments_.ipv6},
                                             .stop = stop_,
                                             .faults = arguments_.link,
                                             .strict = arguments_.strict});
  }
  return *swarm_;
}

const campaign::Conversation& Batches::excused(const campaign::Conversation& held) {
  if (known_.empty() || held.verdict != Verdict::Fail) return held;
  excused_ = held;
  oracle::apply(known_, excused_.findings, kAnyConversation, swarm_->version());
  excused_.verdict = oracle::worst(excused_.findings);
  return excused_;
}

void Batches::keep(std::uint64_t index, const campaign::Conversation& held, Batch& batch) {
  if (!arguments_.found || held.verdict != Verdict::Fail) return;
  const auto wrong = std::ranges::find(held.findings, Verdict::Fail, &oracle::Finding::verdict);
  if (wrong == held.findings.end()) return;
  auto shape = campaign::shape_of(held);
  if (scripted_.contains(shape) || tried_[shape] >= kTries) return;
  auto found = found_files(swarm_->trace(), *wrong, choice_,
                           {.seed = arguments_.seed.value,
                            .strict = arguments_.strict,
                            .records = scenario::kStorm,
                            .stop = stop_},
                           {.tries = choice_.entry.virtual_time ? 20'000u : 60u, .stop = stop_},
                           result(index, held));
  const bool first = ++tried_[shape] == 1;
  if (found.script) scripted_.insert(shape);
  // One record of what becomes no script is enough.
  if (!found.script && !first) return;
  batch.kept.push_back({.index = index,
                        .shape = std::move(shape),
                        .said = std::move(found.said),
                        .script = found.script,
                        .files = std::move(found.files)});
}

reports::Result Batches::result(std::uint64_t index, const campaign::Conversation& held) {
  reports::Result result;
  result.scenario = fmt::format("swarm/{}", index);
  result.selector = result.scenario;
  if (const auto& faults = swarm_->plan().faults; !faults.empty()) {
    result.title = "faults: " + link::print(faults);
  }
  result.target = choice_.name;
  result.version = swarm_->version();
  result.ip = swarm_->plan().ip == wire::IpVersion::V6 ? "v6" : "v4";
  result.seed = arguments_.seed.value;
  result.verdict = held.verdict;
  result.reason = held.reason;
  result.findings = held.findings;
  result.segments = held.segments;
  const auto& trace = swarm_->trace();
  if (trace.size() > 0) {
    result.span_ns = (trace[trace.size() - 1].at - trace[0].at).count();
    result.ladder = reports::ladder(trace, result.findings);
  }
  return result;
}

Batch Batches::hold(std::uint32_t number) {
  Batch batch;
  const auto end =
      arguments_.time ? first(number + 1) : std::min(first(number + 1), arguments_.count);
  for (auto index = first(number); index < end && *stop_ == 0; ++index) {
    places_->at[number % kSlots].store(index, std::memory_order_relaxed);
    const auto& held = excused(swarm().hold(index));
    if (held.interrupted) break;
    if (batch.tally.add(index, held, swarm().model())) batch.shown.push_back(result(index, held));
    keep(index, held, batch);
  }
  if (swarm_) batch.tally.set_version(swarm_->version());
  return batch;
}

Batch Batches::hold_only(std::uint64_t index) {
  Batch batch;
  const auto& held = excused(swarm().hold(index));
  batch.tally.add(index, held, swarm().model());
  batch.tally.set_version(swarm_->version());
  batch.shown.push_back(result(index, held));
  keep(index, held, batch);
  batch.shown.back().trace = event::to_text(swarm_->trace());
  return batch;
}

}  // namespace harness::cli
