#pragma once

#include <csignal>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/target/target.h"

namespace harness::target::catalogue {

// A kind of target, by the name a user gives it.
struct Entry {
  std::string_view name;  // "engine"
  std::string_view says;  // One line for people.
  // Its runs must each be made in a worker process of their own kind (Linux: namespaces are the
  // process's), not in the caller's.
  bool needs_worker = false;
  bool virtual_time = false;
  // How datagrams can get to it, the usual way first; empty: there is but one.
  std::vector<std::string_view> wires = {};
};
std::vector<Entry> entries();

struct Choice {
  Entry entry;
  std::string_view wire;  // Of the entry's; empty when it has none.
  Factory make;
};
// `wire`: one of the entry's, or none for the usual. The error is a sentence: no such target or
// wire, with the names there are.
std::expected<Choice, std::string> choose(std::string_view name,
                                          std::optional<std::string_view> wire = std::nullopt);
// Does work with such targets as they want it: of those that need a worker, in a process of its own
// in the caller's, of which nothing is left behind. The error says how that process ended: "was
// killed by SIGSEGV". Once `*stop` is set it is asked to end.
std::expected<std::string, std::string> apart(const Choice&,
                                              const std::function<std::string()>& work,
                                              const volatile std::sig_atomic_t* stop);
// Whether it works on this machine now; if not, why, and how to enable it. Leaves nothing behind.
std::expected<void, std::string> available(const Choice&);

}  // namespace harness::target::catalogue
