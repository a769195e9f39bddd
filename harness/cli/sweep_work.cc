#include "harness/cli/sweep_work.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/campaign/run_scenario.h"
#include "harness/campaign/shape.h"
#include "harness/event/text.h"
#include "reports/json.h"
#include "reports/ladder.h"
#include "reports/of_run.h"

namespace harness::cli {

using oracle::Verdict;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kSweepSlots = 512;  // More than there are workers.

bool notable(Verdict verdict) {
  return verdict == Verdict::Fail || verdict == Verdict::Inconclusive ||
         verdict == Verdict::HarnessError;
}

Json shape_to_json(const SweepShape& one) {
  return {{"shape", one.shape},
          {"faults", one.faults},
          {"plain", one.plain},
          {"requirements", one.requirements},
          {"verdict", static_cast<unsigned>(one.verdict)},
          {"count", one.count}};
}

}  // namespace

struct SweepWork::Places {
  struct Slot {
    char text[256];
  };
  std::array<Slot, kSweepSlots> at;
};

void SweepShare::add(const SweepShare& other) {
  if (refused.empty()) refused = other.refused;
  packets = std::max(packets, other.packets);
  singles = std::max(singles, other.singles);
  interrupted = interrupted || other.interrupted;
  for (std::size_t i = 0; i < verdicts.size(); ++i) verdicts[i] += other.verdicts[i];
  for (const auto& theirs : other.shapes) {
    const auto ours = std::ranges::find(shapes, theirs.shape, &SweepShape::shape);
    if (ours == shapes.end()) {
      shapes.push_back(theirs);
    } else {
      ours->count += theirs.count;
    }
  }
}

std::uint64_t SweepShare::runs() const {
  return std::accumulate(verdicts.begin(), verdicts.end(), std::uint64_t{0});
}

std::string to_octets(const SweepShare& share) {
  Json json = {{"refused", share.refused},     {"packets", share.packets},
               {"singles", share.singles},     {"verdicts", share.verdicts},
               {"stopped", share.interrupted}, {"shapes", Json::array()}};
  for (const auto& one : share.shapes) json["shapes"].push_back(shape_to_json(one));
  return json.dump();
}

std::optional<SweepShare> sweep_share_from(std::string_view octets) {
  try {
    const auto json = Json::parse(octets);
    SweepShare share{.refused = json.at("refused"),
                     .packets = json.at("packets"),
                     .singles = json.at("singles"),
                     .verdicts = json.at("verdicts"),
                     .interrupted = json.at("stopped")};
    for (const auto& one : json.at("shapes")) {
      const unsigned verdict = one.at("verdict");
      if (verdict >= oracle::kVerdicts) return std::nullopt;
      share.shapes.push_back({.shape = one.at("shape"),
                              .faults = one.at("faults"),
                              .plain = one.at("plain"),
                              .requirements = one.at("requirements"),
                              .verdict = static_cast<Verdict>(verdict),
                              .count = one.at("count")});
    }
    return share;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::string to_octets(const SweepShown& shown) {
  Json json = {{"result", reports::to_json_whole(shown.result)}, {"files", Json::array()}};
  for (const auto& file : shown.files) {
    const std::vector<std::uint8_t> text(file.text.begin(), file.text.end());
    json["files"].push_back({{"name", file.name}, {"text", Json::binary(text)}});
  }
  const auto octets = Json::to_cbor(json);
  return {octets.begin(), octets.end()};
}

std::optional<SweepShown> sweep_shown_from(std::string_view octets) {
  try {
    const auto json = Json::from_cbor(octets.begin(), octets.end());
    auto result = reports::from_json(json.at("result").get<std::string>());
    if (!result) return std::nullopt;
    SweepShown shown{.result = std::move(*result)};
    for (const auto& file : json.at("files")) {
      const auto& text = file.at("text").get_binary();
      shown.files.push_back({.name = file.at("name"), .text = {text.begin(), text.end()}});
    }
    return shown;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

SweepWork::SweepWork(const Entry& entry, const SweepArguments& arguments,
                     const target::catalogue::Choice& choice,
                     const volatile std::sig_atomic_t* stop)
    : entry_(entry), arguments_(arguments), choice_(choice), stop_(stop) {
  void* const shared =
      ::mmap(nullptr, sizeof(Places), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) throw base::SystemError{"share memory with workers"};
  places_ = new (shared) Places{};
}

SweepWork::~SweepWork() { ::munmap(places_, sizeof(Places)); }

void SweepWork::at(std::uint32_t job, std::string_view faults) {
  auto& slot = places_->at[job % kSweepSlots].text;
  const auto size = std::min(faults.size(), sizeof slot - 1);
  std::memcpy(slot, faults.data(), size);
  slot[size] = '\0';
}

std::string SweepWork::reached(std::uint32_t job) const {
  const auto& slot = places_->at[job % kSweepSlots].text;
  return {slot, ::strnlen(slot, sizeof slot)};
}

campaign::RunOptions SweepWork::options() const {
  return {.seed = arguments_.seed.value,
          .ip = arguments_.ip,
          .strict = arguments_.strict,
          .profile = arguments_.profile.value_or(""),
          .stop = stop_};
}

campaign::Sweep& SweepWork::sweep() {
  if (!sweep_) {
    sweep_ = std::make_unique<campaign::Sweep>(*entry_.read(), choice_.make, options());
  }
  return *sweep_;
}

void SweepWork::note(SweepShare& share, const campaign::Swept& swept, bool plain) const {
  if (swept.interrupted) {
    share.interrupted = true;
    return;
  }
  ++share.verdicts[static_cast<std::size_t>(swept.verdict)];
  if (!notable(swept.verdict)) return;
  SweepShare one;
  for (const auto& finding : swept.findings) {
    if (finding.verdict != swept.verdict) continue;
    auto shape = campaign::shape_of(finding);
    if (std::ranges::find(one.shapes, shape, &SweepShape::shape) != one.shapes.end()) continue;
    one.shapes.push_back({.shape = std::move(shape),
                          .faults = link::print(swept.faults),
                          .plain = plain,
                          .requirements = finding.requirements,
                          .verdict = swept.verdict,
                          .count = 1});
  }
  if (one.shapes.empty()) {
    one.shapes.push_back({.shape = campaign::without_numbers(swept.reason),
                          .faults = link::print(swept.faults),
                          .plain = plain,
                          .verdict = swept.verdict,
                          .count = 1});
  }
  share.add(one);
}

campaign::Swept SweepWork::as_it_stands(event::Trace& trace) const {
  auto outcome = campaign::run_scenario(*entry_.read(), choice_.make, options(), trace);
  return {.verdict = outcome.verdict,
          .reason = std::move(outcome.reason),
          .findings = std::move(outcome.findings),
          .segments = reports::sent_segments(trace),
          .interrupted = outcome.interrupted};
}

SweepShare SweepWork::clean() {
  at(0, "");
  SweepShare share;
  if (sweep().refused()) {
    share.refused = *sweep().refused();
    return share;
  }
  event::Trace trace;
  note(share, as_it_stands(trace), true);
  share.packets = sweep().clean().spots.size();
  share.singles = sweep().singles();
  note(share, sweep().clean());
  return share;
}

SweepShare SweepWork::search(std::uint32_t single) {
  SweepShare share;
  sweep().from(
      single, arguments_.which,
      [&](const auto& faults) { at(single, link::print({faults.begin(), faults.end()})); },
      [&](const campaign::Swept& swept) {
        note(share, swept);
        return !swept.interrupted && *stop_ == 0;
      });
  return share;
}

SweepShown SweepWork::show(const SweepShape& wanted) {
  SweepShown shown;
  auto& result = shown.result;
  const auto& scenario = *entry_.read();
  result.scenario = entry_.id();
  result.selector = entry_.selector();
  result.title = wanted.faults.empty() ? scenario.title
                                       : fmt::format("{} · {}", scenario.title, wanted.faults);
  result.target = choice_.name;
  result.ip = campaign::name(campaign::family_of(scenario, arguments_.ip));
  result.seed = arguments_.seed.value;
  if (sweep().refused()) {
    result.verdict = Verdict::NotApplicable;
    result.reason = *sweep().refused();
    return shown;
  }
  event::Trace plain;
  const auto faults = link::parse_faults(wanted.faults).value_or(std::vector<link::Fault>{});
  const auto swept = wanted.plain ? as_it_stands(plain) : sweep().play(faults);
  const auto& trace = wanted.plain ? plain : sweep().trace();
  result.version = sweep().version();
  result.verdict = swept.verdict;
  result.reason = swept.reason;
  result.findings = swept.findings;
  result.segments = swept.segments;
  for (const auto& sentence : swept.never_struck) result.warnings.push_back("warning: " + sentence);
  if (trace.size() > 0) {
    result.span_ns = (trace[trace.size() - 1].at - trace[0].at).count();
    result.ladder = reports::ladder(trace, result.findings);
    result.trace = event::to_text(trace);
  }
  if (arguments_.found && result.verdict == Verdict::Fail) add_files(shown, wanted, trace);
  return shown;
}

void SweepWork::add_files(SweepShown& shown, const SweepShape& wanted,
                          const event::Trace& trace) const {
  auto& result = shown.result;
  const auto* const whole = wanted.plain ? &*entry_.read() : nullptr;
  for (const auto& finding : result.findings) {
    if (finding.verdict != Verdict::Fail) continue;
    if (!wanted.shape.empty() && campaign::shape_of(finding) != wanted.shape) continue;
    auto like_this = options();
    like_this.records = scenario::enough_records(trace);
    auto found = found_files(trace, finding, choice_, like_this, {.stop = stop_}, result, whole);
    result.warnings.push_back(found.said);
    std::ranges::move(found.files, std::back_inserter(shown.files));
    break;
  }
}

}  // namespace harness::cli
