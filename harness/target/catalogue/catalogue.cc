#include "harness/target/catalogue/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/target/inproc/inproc.h"
#include "harness/target/netns/linux_target.h"
#include "harness/target/netns/measure.h"
#include "harness/target/netns/sandbox.h"

namespace harness::target::catalogue {

using netns::WireKind;

std::vector<Entry> entries() {
  return {{.name = "engine",
           .says = "the bundled TCP, in this process, on virtual time",
           .needs_worker = false,
           .virtual_time = true,
           .settings = true},
          {.name = "linux",
           .says = "the Linux kernel, in a network namespace of its own",
           .needs_worker = true,
           .virtual_time = false,
           .wires = {name(WireKind::Raw), name(WireKind::Tun)}}};
}

std::expected<Choice, std::string> choose(std::string_view whole,
                                          std::optional<std::string_view> wire, bool evidence) {
  const auto all = entries();
  const std::string_view name = whole.substr(0, whole.find(':'));
  const bool has_settings = name.size() < whole.size();
  const auto found = std::ranges::find(all, name, &Entry::name);
  if (found == all.end()) {
    std::vector<std::string_view> names;
    for (const Entry& entry : all) names.push_back(entry.name);
    return std::unexpected(
        fmt::format("there is no target `{}`; there are: {}", name, fmt::join(names, ", ")));
  }
  if (has_settings && !found->settings) {
    return std::unexpected(fmt::format("the target {} takes no settings, found `{}`", name, whole));
  }
  const auto& wires = found->wires;
  if (wire && std::ranges::find(wires, *wire) == wires.end()) {
    const auto there_are =
        wires.empty() ? "it has none" : fmt::format("there are: {}", fmt::join(wires, ", "));
    return std::unexpected(
        fmt::format("the target {} has no wire `{}`; {}", name, *wire, there_are));
  }
  if (wires.empty()) {
    const auto make = inproc::configured(has_settings ? whole.substr(name.size() + 1) : "");
    if (!make) return std::unexpected(make.error());
    return Choice{
        .entry = *found, .name = std::string{whole}, .wire = {}, .evidence = false, .make = *make};
  }
  const auto kind = *netns::wire_named(wire.value_or(wires.front()));
  const auto make = [=](const Host& host) { return netns::make(kind, host, evidence); };
  return Choice{.entry = *found,
                .name = std::string{whole},
                .wire = netns::name(kind),
                .evidence = evidence,
                .make = make};
}

std::expected<std::string, std::string> apart(const Choice& choice,
                                              const std::function<std::string()>& work,
                                              const volatile std::sig_atomic_t* stop) {
  if (!choice.entry.needs_worker) return work();
  if (choice.evidence) netns::Evidence::hold();
  static netns::Sandbox sandbox;  // One per process: it knows which of its own is still leaving.
  return sandbox.run(work, stop);
}

unsigned jobs_at_once(const Choice& choice, unsigned most) {
  const auto kind = netns::wire_named(choice.wire);
  // A quarter of what a script grants us, unless it grants another.
  constexpr auto kLate = std::chrono::milliseconds{1};
  return kind && most > 1 ? netns::measure_jobs(*kind, most, kLate) : 1;
}

std::expected<void, std::string> available(const Choice& choice) {
  const auto kind = netns::wire_named(choice.wire);
  if (!kind) return {};
  const auto there = netns::available(*kind);
  if (!there.ok) return std::unexpected(there.why_not);
  return {};
}

std::expected<void, std::string> evidence_available(const Choice& choice) {
  if (choice.wire.empty()) {
    return std::unexpected(fmt::format("the target {} has no tracepoints", choice.entry.name));
  }
  return netns::Evidence::available();
}

}  // namespace harness::target::catalogue
