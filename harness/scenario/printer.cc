#include "harness/scenario/printer.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>

#include "harness/clock/print.h"
#include "harness/scenario/parse_tcp_options.h"
#include "harness/scenario/print_call.h"
#include "harness/wire/print.h"

namespace harness::scenario {
namespace {

using wire::OptionKind;

// "0.5", "+0": without the zeros that say nothing.
std::string short_seconds(clock::Duration time) {
  auto text = clock::seconds(time);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string print(const When& when) {
  if (when.kind == When::Kind::Any) return "*";
  const auto* sign = when.kind == When::Kind::Relative ? "+" : "";
  auto text = sign + short_seconds(when.from);
  if (when.to != when.from) text += std::string("~") + sign + short_seconds(when.to);
  if (when.returns) text += "..." + short_seconds(*when.returns);
  return text;
}

std::string hex(std::span<const std::byte> octets) {
  std::string text = "0x";
  for (const std::byte octet : octets) {
    text += fmt::format("{:02x}", std::to_integer<unsigned>(octet));
  }
  return text;
}

std::string print_verbatim(const base::Bytes& octets, bool raw) {
  const auto at = [&](std::size_t i) { return base::load8(octets.data() + i); };
  const auto is = [&](OptionKind kind, std::size_t size) {
    return !raw && octets.size() == size && at(0) == static_cast<unsigned>(kind) &&
           (size < 2 || at(1) == size);
  };
  if (is(OptionKind::Nop, 1)) return "nop";
  if (is(OptionKind::End, 1)) return "eol";
  if (is(OptionKind::Mss, 4)) return fmt::format("mss {}", base::load16(octets.data() + 2));
  if (is(OptionKind::WindowScale, 3)) return fmt::format("wscale {}", at(2));
  if (is(OptionKind::SackPermitted, 2)) return "sackOK";
  if (raw || octets.size() < 2 || at(0) < 2 || at(1) != octets.size()) return "raw " + hex(octets);
  // Those of SACK and timestamps are verbatim because a script wrote gen-N: their own notation
  // would be read as numbers to be moved.
  const auto data = std::span{octets}.subspan(2);
  if (is(OptionKind::Sack, octets.size()) || is(OptionKind::Timestamps, octets.size())) {
    return fmt::format("gen-{}{}", at(0), data.empty() ? "" : " " + hex(data));
  }
  return wire::print_options(octets);
}

std::string print(const OptionPart& part, bool raw) {
  if (part.kind == OptionPart::Kind::Verbatim) return print_verbatim(part.octets, raw);
  if (part.kind == OptionPart::Kind::Timestamps) {
    return fmt::format("TS val {} ecr {}", part.timestamps.val, part.timestamps.ecr);
  }
  std::string text = "sack";
  for (const auto& block : part.blocks) {
    text += fmt::format(" {}:{}", block.left.raw(), block.right.raw());
  }
  return text;
}

std::string print_options(const PacketStep& packet) {
  if (!packet.options) return " <...>";
  if (packet.options->empty()) return "";
  std::size_t size = 0;
  for (const auto& part : *packet.options) size += size_of(part);
  std::string text;
  for (const auto& part : *packet.options) {
    // What is no multiple of four says so by `raw`.
    text += (text.empty() ? " <" : ",") + print(part, size % 4 != 0);
  }
  return text + ">";
}

// Bits that may be set or not are in lower case.
std::string print_flags(const PacketStep& packet) {
  std::string text = wire::print(packet.flags | packet.flags_either);
  const std::string sure = wire::print(packet.flags);
  for (char& c : text) {
    if (sure.find(c) == sure.npos && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string print_overrides(const PacketStep& packet) {
  std::string text;
  if (packet.checksum_bad) text += " {checksum bad}";
  if (packet.checksum) text += fmt::format(" {{checksum {:#06x}}}", *packet.checksum);
  if (packet.data_offset) text += fmt::format(" {{doff {}}}", *packet.data_offset);
  if (packet.reserved) text += fmt::format(" {{reserved {}}}", *packet.reserved);
  return text;
}

std::string print_icmp(const PacketStep& packet, const IcmpPart& icmp) {
  std::string text = " icmp " + icmp.type;
  if (!icmp.code.empty()) text += ' ' + icmp.code;
  if (icmp.mtu != 0) text += fmt::format(" mtu {}", icmp.mtu);
  if (icmp.about_latest) return text;
  return text + fmt::format(" [{}:{}({})]", packet.seq, packet.seq + packet.length, packet.length);
}

std::string print_answer(const PacketStep& packet) {
  std::string text;
  if (packet.ttl) text += fmt::format(" [ttl {}]", *packet.ttl);
  if (packet.traffic_class) text += fmt::format(" [tos {:#04x}]", *packet.traffic_class);
  if (packet.to == Group::Multicast) text += " [to multicast]";
  if (packet.to == Group::Broadcast) text += " [to broadcast]";
  if (packet.source) text += fmt::format(" {} > {}", *packet.source, *packet.destination);
  if (packet.icmp) return text + print_icmp(packet, *packet.icmp) + print_overrides(packet);
  text += fmt::format(" {} {}:{}({})", print_flags(packet), packet.seq, packet.seq + packet.length,
                      packet.length);
  if (packet.ack) text += fmt::format(" ack {}", *packet.ack);
  if (packet.window) text += fmt::format(" win {}", *packet.window);
  if (packet.urgent) text += fmt::format(" urg {}", *packet.urgent);
  return text + print_options(packet) + print_overrides(packet);
}

std::string print(const PacketStep& packet) {
  std::string text = packet.direction == event::Direction::ToTarget ? "<" : ">";
  text += print_answer(packet);
  for (const PacketStep& other : packet.others) text += " or" + print_answer(other);
  return packet.or_nothing ? text + " or nothing" : text;
}

std::string print(const StateStep& step) {
  const auto of = step.fd     ? fmt::format("({})", *step.fd)
                  : step.port ? fmt::format(":{}", *step.port)
                              : "";
  return fmt::format("state{} {}", of, event::name(step.state));
}

std::string print(const SilenceStep& step) { return "silence " + short_seconds(step.lasts); }

std::string print(const CommandStep& step) { return "`" + step.command + "`"; }

std::string print_header(const Scenario& scenario) {
  std::string text;
  std::string_view prose = scenario.prose;
  while (!prose.empty()) {
    const auto line = prose.substr(0, prose.find('\n'));
    text += line.empty() ? "//\n" : fmt::format("// {}\n", line);
    prose.remove_prefix(std::min(line.size() + 1, prose.size()));
  }
  const auto line = [&](std::string_view name, const auto& values, std::string_view separator) {
    if (!values.empty()) text += fmt::format("{}: {}\n", name, fmt::join(values, separator));
  };
  line("rules", scenario.rules, ", ");
  line("claims", scenario.claims, ", ");
  std::vector<std::string_view> needs;
  for (const auto need : scenario.needs) needs.push_back(target::name(need));
  line("needs", needs, " ");
  if (scenario.slow) text += fmt::format("slow: {}\n", *scenario.slow);
  std::vector<std::string> faults;
  for (const auto& fault : scenario.faults) faults.push_back(link::print(fault));
  line("faults", faults, "; ");
  if (scenario.settle) text += fmt::format("settle: {}s\n", short_seconds(*scenario.settle));
  if (scenario.limit) text += fmt::format("limit: {}s\n", short_seconds(*scenario.limit));
  return text;
}

std::string print_options(const Options& options) {
  using Family = Options::Family;
  const Options usual;
  std::string text;
  if (options.family) {
    text += fmt::format("--ip_version={}\n", *options.family == Family::V4   ? "ipv4"
                                             : *options.family == Family::V6 ? "ipv6"
                                                                             : "ipv4-mapped-ipv6");
  }
  if (options.local_ip) text += fmt::format("--local_ip=\"{}\"\n", options.local_ip->print());
  if (options.remote_ip) {
    text += fmt::format("--remote_ip=\"{}{}\"\n", options.remote_ip->print(),
                        options.remote_prefix ? fmt::format("/{}", *options.remote_prefix) : "");
  }
  const auto number = [&](std::string_view name, auto value, auto normal) {
    if (value != normal) text += fmt::format("--{}={}\n", name, value);
  };
  number("bind_port", options.bind_port, usual.bind_port);
  number("connect_port", options.connect_port, usual.connect_port);
  number("mtu", options.mtu, usual.mtu);
  number("tolerance_usecs", options.tolerance.count() / 1000, usual.tolerance.count() / 1000);
  if (options.tolerance_per_mille != usual.tolerance_per_mille) {
    text += fmt::format("--tolerance_percent={}.{}\n", options.tolerance_per_mille / 10,
                        options.tolerance_per_mille % 10);
  }
  if (options.strict_segments) text += "--strict_segments\n";
  return text;
}

}  // namespace

std::string to_pkt(const Scenario& scenario) {
  auto text = print_header(scenario);
  if (!text.empty()) text += '\n';
  text += print_options(scenario.options);
  for (const Step& step : scenario.steps) {
    text += print(step.when) + ' ';
    text += std::visit([](const auto& what) { return print(what); }, step.what);
    text += '\n';
  }
  return text;
}

}  // namespace harness::scenario
