#include "harness/cli/defect_hunt.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/base/check.h"
#include "harness/campaign/run_scenario.h"
#include "harness/campaign/swarm.h"
#include "harness/target/catalogue/catalogue.h"

namespace harness::cli {

using oracle::Verdict;
using Json = nlohmann::ordered_json;

namespace {

target::Factory engine(const std::string& defect) {
  auto choice = target::catalogue::choose(defect.empty() ? "engine" : "engine:defect=" + defect);
  CHECK(choice.has_value());
  return choice->make;
}

// Broken, or where it is a SHOULD not followed.
std::set<std::string> broken(const std::vector<oracle::Finding>& findings) {
  std::set<std::string> ids;
  for (const auto& one : findings) {
    if (one.verdict != Verdict::Fail && one.verdict != Verdict::NonStrict) continue;
    ids.insert(one.requirements.begin(), one.requirements.end());
  }
  return ids;
}

void remove_all(std::set<std::string>& from, const std::set<std::string>& ids) {
  std::erase_if(from, [&](const std::string& id) { return ids.contains(id); });
}

void ask_swarm(Hunt& hunt, const HuntLimits& limits) {
  const campaign::SwarmOptions options{.seed = limits.seed, .stop = limits.stop};
  campaign::Swarm wrong{engine(hunt.defect), options}, right{engine({}), options};
  for (; hunt.conversations < limits.conversations && !hunt.by_swarm; ++hunt.conversations) {
    if (limits.stop != nullptr && *limits.stop != 0) return;
    const auto& held = wrong.hold(hunt.conversations);
    hunt.segments += held.segments;
    auto ids = broken(held.findings);
    if (ids.empty()) continue;
    remove_all(ids, broken(right.hold(hunt.conversations).findings));
    if (ids.erase(hunt.requirement) > 0) {
      hunt.by_swarm = Kill{fmt::format("swarm/{}", hunt.conversations), hunt.segments};
    }
    hunt.others.merge(ids);
  }
}

std::uint32_t segments_in(const event::Trace& trace) {
  return static_cast<std::uint32_t>(
      std::ranges::count(trace.records(), event::Kind::Packet, &event::Record::kind));
}

void ask_suite(Hunt& hunt, const Suite& suite, const HuntLimits& limits) {
  const auto wrong = engine(hunt.defect), right = engine({});
  const campaign::RunOptions options{.seed = limits.seed, .stop = limits.stop};
  event::Trace trace;
  for (const Entry& entry : suite.entries()) {
    if (limits.stop != nullptr && *limits.stop != 0) return;
    const auto& scenario = entry.read();
    if (!scenario) continue;
    auto ids = broken(campaign::run_scenario(*scenario, wrong, options, trace).findings);
    if (ids.empty()) continue;
    const auto segments = segments_in(trace);
    remove_all(ids, broken(campaign::run_scenario(*scenario, right, options, trace).findings));
    const bool own = ids.erase(hunt.requirement) > 0;
    if (own && !hunt.by_suite) hunt.by_suite = Kill{entry.id(), segments};
    hunt.others.merge(ids);
  }
}

Json to_value(const std::optional<Kill>& kill) {
  if (!kill) return nullptr;
  return {{"where", kill->where}, {"segments", kill->segments}};
}

std::optional<Kill> kill_from(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return Kill{value.at("where").get<std::string>(), value.at("segments").get<std::uint64_t>()};
}

}  // namespace

Hunt hunt(const engine::DefectInfo& defect, const Suite& suite, const HuntLimits& limits) {
  Hunt hunt{.defect = std::string{defect.name},
            .requirement = std::string{defect.requirement},
            .says = std::string{defect.says}};
  ask_swarm(hunt, limits);
  ask_suite(hunt, suite, limits);
  return hunt;
}

std::string to_json(const Hunt& hunt) {
  const Json json = {{"defect", hunt.defect},
                     {"requirement", hunt.requirement},
                     {"says", hunt.says},
                     {"killed", hunt.killed()},
                     {"by_swarm", to_value(hunt.by_swarm)},
                     {"by_suite", to_value(hunt.by_suite)},
                     {"others", hunt.others},
                     {"conversations", hunt.conversations},
                     {"segments", hunt.segments}};
  return json.dump();
}

std::optional<Hunt> hunt_from(const std::string& text) {
  try {
    const auto json = Json::parse(text);
    return Hunt{.defect = json.at("defect").get<std::string>(),
                .requirement = json.at("requirement").get<std::string>(),
                .says = json.at("says").get<std::string>(),
                .by_swarm = kill_from(json.at("by_swarm")),
                .by_suite = kill_from(json.at("by_suite")),
                .others = json.at("others").get<std::set<std::string>>(),
                .conversations = json.at("conversations").get<std::uint64_t>(),
                .segments = json.at("segments").get<std::uint64_t>()};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace harness::cli
