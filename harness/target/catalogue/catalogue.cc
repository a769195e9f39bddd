#include "harness/target/catalogue/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/target/inproc/inproc.h"
#include "harness/target/netns/linux_target.h"

namespace harness::target::catalogue {

std::vector<Entry> entries() {
  return {{.name = "engine",
           .says = "the bundled TCP, in this process, on virtual time",
           .needs_worker = false,
           .virtual_time = true},
          {.name = "linux",
           .says = "the Linux kernel, in a network namespace of its own",
           .needs_worker = true,
           .virtual_time = false}};
}

std::expected<Choice, std::string> choose(std::string_view name) {
  const auto all = entries();
  const auto found = std::ranges::find(all, name, &Entry::name);
  if (found == all.end()) {
    std::vector<std::string_view> names;
    for (const Entry& entry : all) names.push_back(entry.name);
    return std::unexpected(
        fmt::format("there is no target `{}`; there are: {}", name, fmt::join(names, ", ")));
  }
  return Choice{*found, name == "linux" ? Factory{netns::make} : Factory{inproc::make}};
}

std::expected<void, std::string> available(std::string_view name) {
  if (name != "linux") return {};
  const auto there = netns::available();
  if (!there.ok) return std::unexpected(there.why_not);
  return {};
}

}  // namespace harness::target::catalogue
