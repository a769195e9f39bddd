#include "harness/cli/matrix_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "reports/wrap.h"

namespace harness::cli {

using matrix::Cell;
using matrix::Probe;
using matrix::State;

namespace {

constexpr std::pair<std::string_view, std::string_view> kShort[] = {
    {"CLOSED", "CLOSED"},
    {"LISTEN", "LISTEN"},
    {"SYN-SENT", "SYN-S"},
    {"SYN-RECEIVED", "SYN-R"},
    {"SYN-RECEIVED-active", "SYN-R'"},
    {"ESTABLISHED", "ESTAB"},
    {"ESTABLISHED+unacked", "ESTAB'"},
    {"FIN-WAIT-1", "FIN-W1"},
    {"FIN-WAIT-2", "FIN-W2"},
    {"CLOSE-WAIT", "CLO-W"},
    {"CLOSING", "CLOSNG"},
    {"LAST-ACK", "LAST-A"},
    {"TIME-WAIT", "TIME-W"}};

constexpr std::string_view kLegend = R"(
What the target sent, by its control bits (`.` is ACK, `-` nothing), then, if they are other than
before: the octets its application was given, what it was told, and the state it went to.
SYN-R' came from SYN-SENT, ESTAB' has ten octets of its own in flight. --json tells the numbers.
)";

std::string_view brief(std::string_view name) {
  const auto found = std::ranges::find(kShort, name, [](const auto& pair) { return pair.first; });
  return found == std::end(kShort) ? name : found->second;
}

// The state as the cell's own next_state spells it.
std::string_view plain(State state) {
  if (state == State::SynReceivedActive) return name(State::SynReceived);
  if (state == State::EstablishedUnacked) return name(State::Established);
  return name(state);
}

std::string control(const std::string& emission) {
  const auto from = emission.find("<CTL=");
  if (from == emission.npos) return "?";
  return emission.substr(from + 5, emission.find('>', from) - from - 5);
}

std::string text(const Cell& cell) {
  std::string sent;
  for (const auto& emission : cell.emitted) sent += (sent.empty() ? "" : ",") + control(emission);
  if (sent.empty()) sent = "-";
  if (cell.delivered > 0) sent += fmt::format(" {}", cell.delivered);
  if (!cell.application.empty()) sent += ' ' + cell.application;
  if (cell.next_state != plain(cell.state)) sent += fmt::format(" {}", brief(cell.next_state));
  return sent;
}

struct Column {
  State state;
  std::size_t width;
  std::map<const Probe*, std::string> lines;
};

std::string columns_of(std::span<const Column> some, std::size_t names,
                       const std::vector<const Probe*>& probes) {
  std::string out = reports::padded("", names);
  for (const auto& column : some) {
    out += "  " + reports::padded(std::string{brief(name(column.state))}, column.width);
  }
  out.erase(out.find_last_not_of(' ') + 1);
  out += '\n';
  for (const Probe* probe : probes) {
    std::string line = reports::padded(std::string{probe->name}, names);
    for (const auto& column : some) {
      const auto found = column.lines.find(probe);
      line +=
          "  " + reports::padded(found == column.lines.end() ? "" : found->second, column.width);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace

std::string matrix_grid(const std::vector<Cell>& cells, std::size_t width) {
  std::vector<Column> all;
  std::vector<const Probe*> probes;
  std::size_t names = 0;
  for (const Cell& cell : cells) {
    if (all.empty() || all.back().state != cell.state) {
      all.push_back({.state = cell.state, .width = brief(name(cell.state)).size(), .lines = {}});
    }
    auto& column = all.back();
    auto& line = column.lines[cell.probe] = text(cell);
    column.width = std::max(column.width, line.size());
    names = std::max(names, cell.probe->name.size());
    if (std::ranges::find(probes, cell.probe) == probes.end()) probes.push_back(cell.probe);
  }
  std::ranges::sort(probes);  // They are of one array.
  std::string out;
  for (std::size_t first = 0; first < all.size();) {
    std::size_t last = first, used = names;
    while (last < all.size() && (last == first || used + 2 + all[last].width <= width)) {
      used += 2 + all[last++].width;
    }
    if (first > 0) out += '\n';
    out += columns_of(std::span{all}.subspan(first, last - first), names, probes);
    first = last;
  }
  return out.append(kLegend);
}

}  // namespace harness::cli
