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
  bool settings = false;  // Its name may be followed by `:` and settings of its own.
  // How datagrams can get to it, the usual way first; empty: there is but one.
  std::vector<std::string_view> wires = {};
};
std::vector<Entry> entries();

struct Choice {
  Entry entry;
  std::string name;       // With its settings, as it was asked for.
  std::string_view wire;  // Of the entry's; empty when it has none.
  bool evidence = false;  // The kernel's own word on what it does is noted.
  Factory make;
};
// `name`: an entry's, or one with settings ("engine:profile=minimal,defect=mss-ignored").
// `wire`: one of the entry's, or none for the usual. The error is a sentence: no such target,
// setting or wire, with the names there are.
// `evidence`: the kernel's tracepoints are watched, where there is a kernel and it lets us.
std::expected<Choice, std::string> choose(std::string_view name,
                                          std::optional<std::string_view> wire = std::nullopt,
                                          bool evidence = true);
// Does work with such targets as they want it: of those that need a worker, in a process of its own
// in the caller's, of which nothing is left behind. The error says how that process ended: "was
// killed by SIGSEGV". Once `*stop` is set it is asked to end.
std::expected<std::string, std::string> apart(const Choice&,
                                              const std::function<std::string()>& work,
                                              const volatile std::sig_atomic_t* stop);
// How many runs at once, of `most` at most, it bears here: on virtual time one, which is as good as
// any; on a real clock as many as keep their times, which is measured in some tenths of a second.
unsigned jobs_at_once(const Choice&, unsigned most);
// Whether it works on this machine now; if not, why, and how to enable it. Leaves nothing behind.
std::expected<void, std::string> available(const Choice&);

// The same of its evidence.
std::expected<void, std::string> evidence_available(const Choice&);

}  // namespace harness::target::catalogue
