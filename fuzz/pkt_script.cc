// Any octets as a script: it is refused with a place and a sentence, or read; and what was read
// prints as a script that reads back to the same.

#include <algorithm>
#include <string>

#include "fuzz/target.h"
#include "harness/base/check.h"
#include "harness/scenario/parser.h"
#include "harness/scenario/printer.h"

namespace fuzz {
namespace {

using namespace harness;

constexpr std::string_view kAims[] = {
    "refused",
    "read",
    "use",
    "a packet to send",
    "a packet to expect",
    "alternatives",
    "any options",
    "a SACK option",
    "a header made wrong",
    "an ICMP error",
    "to many hosts",
    "a call",
    "a blocking call",
    "a state",
    "silence",
    "a sysctl",
    "a fault",
    "an option of the run",
    "rules",
    "a range of time",
    "not supported yet",
};

#define REACH(name) reach(find_aim(kAims, name))

constexpr std::size_t kMost = 1 << 14;

std::expected<std::string, std::string> read_file(const std::string& path) {
  if (path != "preamble/passive.pkt") return std::unexpected("there is no such file");
  REACH("use");
  return "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 close(3) = 0\n";
}

void look_at(const scenario::PacketStep& packet) {
  if (packet.direction == event::Direction::ToTarget) {
    REACH("a packet to send");
  } else {
    REACH("a packet to expect");
  }
  if (!packet.others.empty() || packet.or_nothing) REACH("alternatives");
  if (!packet.options) REACH("any options");
  if (packet.data_offset || packet.reserved || packet.checksum_bad) REACH("a header made wrong");
  if (packet.icmp) REACH("an ICMP error");
  if (packet.to) REACH("to many hosts");
  if (!packet.options) return;
  for (const auto& part : *packet.options) {
    if (part.kind == scenario::OptionPart::Kind::Sack) REACH("a SACK option");
  }
}

void look_at(const scenario::Step& step) {
  if (step.when.from != step.when.to) REACH("a range of time");
  if (step.when.returns) REACH("a blocking call");
  if (const auto* packet = std::get_if<scenario::PacketStep>(&step.what)) look_at(*packet);
  if (std::holds_alternative<scenario::CallStep>(step.what)) REACH("a call");
  if (std::holds_alternative<scenario::StateStep>(step.what)) REACH("a state");
  if (std::holds_alternative<scenario::SilenceStep>(step.what)) REACH("silence");
  if (const auto* command = std::get_if<scenario::CommandStep>(&step.what)) {
    if (!command->sysctls.empty()) REACH("a sysctl");
  }
}

}  // namespace

std::span<const std::string_view> aims() { return kAims; }

void one_input(std::span<const std::byte> octets) {
  const std::string text{reinterpret_cast<const char*>(octets.data()),
                         std::min(octets.size(), kMost)};
  const auto read = scenario::parse_pkt(text, "fuzz", read_file);
  if (!read) {
    REACH("refused");
    CHECK(!read.error().message.empty() && !read.error().print().empty());
    if (read.error().message.ends_with("is not supported yet")) REACH("not supported yet");
    return;
  }
  REACH("read");
  for (const auto& step : read->steps) look_at(step);
  if (!read->faults.empty()) REACH("a fault");
  if (read->options.family) REACH("an option of the run");
  if (!read->rules.empty()) REACH("rules");

  const auto printed = scenario::to_pkt(*read);
  const auto again = scenario::parse_pkt(printed, "fuzz", read_file);
  CHECK(again.has_value());
  CHECK(scenario::to_pkt(*again) == printed);
  CHECK(again->steps.size() == read->steps.size());
}

}  // namespace fuzz
