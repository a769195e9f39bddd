#include "harness/cli/swarm_batch.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <limits>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/campaign/found.h"
#include "harness/cli/number.h"
#include "harness/cli/store.h"
#include "harness/event/text.h"
#include "reports/json.h"
#include "reports/ladder.h"

namespace harness::cli {

using oracle::Verdict;

namespace {

constexpr std::size_t kSlots = 1024;  // More than there are workers.

}  // namespace

struct Batches::Places {
  std::array<std::atomic<std::uint64_t>, kSlots> at;
};

std::string to_octets(const Batch& batch) {
  const auto tally = batch.tally.to_text();
  auto octets = fmt::format("{}\n{}", tally.size(), tally);
  for (const auto& one : batch.shown) octets += reports::to_json_whole(one) + '\n';
  return octets;
}

std::optional<Batch> batch_from(std::string_view octets) {
  const auto line = octets.substr(0, octets.find('\n'));
  const auto size = parse_number("its length", line, 0, octets.size());
  if (!size || line.size() + 1 + *size > octets.size()) return std::nullopt;
  octets.remove_prefix(line.size() + 1);
  auto tally = campaign::SwarmTally::from_text(octets.substr(0, *size));
  if (!tally) return std::nullopt;
  Batch batch{.tally = std::move(*tally)};
  octets.remove_prefix(*size);
  while (!octets.empty()) {
    const auto text = octets.substr(0, octets.find('\n'));
    octets.remove_prefix(std::min(text.size() + 1, octets.size()));
    auto result = reports::from_json(text);
    if (!result) return std::nullopt;
    batch.shown.push_back(std::move(*result));
  }
  return batch;
}

Batches::Batches(const SwarmArguments& arguments, const target::catalogue::Choice& choice,
                 const volatile std::sig_atomic_t* stop)
    : arguments_(arguments),
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
                                                       .ipv6 = arguments_.ipv6},
                                             .stop = stop_});
  }
  return *swarm_;
}

std::vector<std::string> Batches::keep(const campaign::Conversation& held) {
  if (!arguments_.found || held.verdict != Verdict::Fail) return {};
  const auto wrong = std::ranges::find(held.findings, Verdict::Fail, &oracle::Finding::verdict);
  if (wrong == held.findings.end()) return {};
  const auto trace = event::to_text(swarm_->trace());
  const auto found = campaign::found_in(
      swarm_->trace(), *wrong, choice_.make, {.seed = arguments_.seed.value, .stop = stop_},
      {.tries = choice_.entry.virtual_time ? 20'000u : 150u, .stop = stop_});
  const auto name = campaign::name_of(*wrong);
  const std::filesystem::path folder = *arguments_.found;
  std::vector<std::string> said;
  const auto write = [&](const std::string& file, std::string_view text) {
    if (auto why = write_whole(folder / file, text)) {
      said.push_back(std::move(*why));
    } else {
      said.push_back("written: " + (folder / file).string());
    }
  };
  write(name + ".trace", trace);
  if (found) {
    write(found->name + ".pkt", found->pkt);
    said.back() += fmt::format(", {} packets{}", found->packets,
                               found->minimal ? "" : " (it could be smaller)");
  } else {
    said.push_back("no script: played again from one, it does not fail in this way");
  }
  return said;
}

reports::Result Batches::result(std::uint64_t index, const campaign::Conversation& held) {
  reports::Result result;
  result.scenario = fmt::format("swarm/{}", index);
  result.selector = result.scenario;
  result.target = choice_.entry.name;
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
    const auto& held = swarm().hold(index);
    if (held.interrupted) break;
    if (!batch.tally.add(index, held, swarm().model())) continue;
    batch.shown.push_back(result(index, held));
    batch.shown.back().warnings = keep(held);
  }
  if (swarm_) batch.tally.set_version(swarm_->version());
  return batch;
}

Batch Batches::hold_only(std::uint64_t index) {
  Batch batch;
  const auto& held = swarm().hold(index);
  batch.tally.add(index, held, swarm().model());
  batch.tally.set_version(swarm_->version());
  batch.shown.push_back(result(index, held));
  batch.shown.back().warnings = keep(held);
  batch.shown.back().trace = event::to_text(swarm_->trace());
  return batch;
}

}  // namespace harness::cli
