#include "harness/event/start.h"

#include <algorithm>

#include "harness/base/bytes.h"
#include "harness/base/check.h"

namespace harness::event {

void Start::set(std::string_view key, std::string_view value) {
  CHECK(key.find_first_of("=\n") == key.npos && value.find('\n') == value.npos);
  facts_.emplace_back(key, value);
}

std::string_view Start::get(std::string_view key) const {
  const auto found = std::ranges::find(facts_, key, &std::pair<std::string, std::string>::first);
  return found == facts_.end() ? std::string_view{} : std::string_view{found->second};
}

bool calls_unknown(const Start& start) { return start.get("calls") == "unknown"; }

void set_calls_unknown(Start& start) { start.set("calls", "unknown"); }

std::uint32_t append(Trace& trace, clock::Instant at, const Start& start) {
  std::string text;
  for (const auto& [key, value] : start.facts()) text += key + "=" + value + "\n";
  return trace.append({.at = at, .body = trace.keep(base::as_bytes(text)), .kind = Kind::Start});
}

Start start_of(const Trace& trace) {
  Start start;
  if (trace.size() == 0 || trace[0].kind != Kind::Start) return start;
  for (auto rest = trace.text(trace[0]); !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const auto equals = line.find('=');
    if (equals != line.npos) start.set(line.substr(0, equals), line.substr(equals + 1));
  }
  return start;
}

}  // namespace harness::event
