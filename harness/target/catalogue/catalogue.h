#pragma once

#include <expected>
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
};
std::vector<Entry> entries();

struct Choice {
  Entry entry;
  Factory make;
};
// The error is a sentence: no such target, with the names there are.
std::expected<Choice, std::string> choose(std::string_view name);
// Whether it works on this machine now; if not, why, and how to enable it. Leaves nothing behind.
std::expected<void, std::string> available(std::string_view name);

}  // namespace harness::target::catalogue
