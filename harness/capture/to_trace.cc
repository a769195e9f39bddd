#include "harness/capture/to_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "harness/capture/from_trace.h"
#include "harness/event/end.h"
#include "harness/event/start.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::capture {
namespace {

using event::Direction;
using event::Kind;

constexpr std::uint16_t kEtherIpv4 = 0x0800, kEtherIpv6 = 0x86DD;
// Tags in front of the type: IEEE 802.1Q, 802.1ad, and what came before that one.
constexpr std::uint16_t kEtherTags[] = {0x8100, 0x88A8, 0x9100};
constexpr std::size_t kMostDatagram = 65'575;
constexpr std::uint64_t kLongest = 1'000'000'000'000'000'000;  // ns: no time in a trace is later.

bool is_ip(std::uint16_t ether_type) {
  return ether_type == kEtherIpv4 || ether_type == kEtherIpv6;
}

std::optional<std::span<const std::byte>> behind(std::span<const std::byte> frame,
                                                 std::size_t type_at, std::size_t size) {
  if (frame.size() < size || !is_ip(base::load16(&frame[type_at]))) return std::nullopt;
  return frame.subspan(size);
}

std::optional<std::span<const std::byte>> behind_ethernet(std::span<const std::byte> frame) {
  std::size_t type_at = 12;
  while (frame.size() >= type_at + 2 &&
         std::ranges::find(kEtherTags, base::load16(&frame[type_at])) != std::end(kEtherTags)) {
    type_at += 4;
  }
  return behind(frame, type_at, type_at + 2);
}

// "key=value" lines of a comment, those that are there.
event::Start facts_of(std::string_view comment) {
  event::Start start;
  while (!comment.empty()) {
    const auto line = comment.substr(0, comment.find('\n'));
    comment.remove_prefix(std::min(line.size() + 1, comment.size()));
    const auto equals = line.find('=');
    if (equals != line.npos && equals > 0 && line.find(' ') > equals) {
      start.set(line.substr(0, equals), line.substr(equals + 1));
    }
  }
  return start;
}

bool is_ours(const Capture& capture) {
  return capture.interfaces.size() == 2 && capture.interfaces[0].name == kPeerSide &&
         capture.interfaces[1].name == kTargetSide;
}

// A frame with IP in it: the datagram, or why it is left out.
struct Seen {
  const Packet* packet;
  std::optional<wire::DatagramView> ip{};
  std::string left_out{};
};

std::string unreadable(std::span<const std::byte> octets, wire::DatagramError error) {
  const bool four = base::load8(octets.data()) >> 4 == 4;
  if (four && octets.size() >= 20 && base::load16(&octets[2]) == 0) {
    return fmt::format(
        "a datagram whose length field says 0, as where segments are left to the interface to make "
        "({} octets)",
        octets.size());
  }
  return fmt::format("a datagram that cannot be read: {}", wire::says(error));
}

Seen see(const Packet& packet, std::span<const std::byte> octets) {
  if (octets.size() > kMostDatagram) {
    return {.packet = &packet, .left_out = fmt::format("{} octets at once", octets.size())};
  }
  const auto ip = wire::DatagramView::parse_quote(octets);
  if (!ip) return {.packet = &packet, .left_out = unreadable(octets, ip.error())};
  if (packet.octets.size() < packet.original && ip->bytes().size() < ip->total_length()) {
    return {
        .packet = &packet,
        .left_out = fmt::format("the capture holds {} of the {} octets of a datagram from {} to {}",
                                ip->bytes().size(), ip->total_length(), ip->source().print(),
                                ip->destination().print())};
  }
  return {.packet = &packet, .ip = *ip};
}

// In the order of their times: several interfaces, or several queues of one, are written as they
// are emptied.
std::vector<Seen> datagrams_of(const Capture& capture) {
  std::vector<Seen> seen;
  for (const auto& packet : capture.packets) {
    if (packet.interface >= capture.interfaces.size()) continue;
    const auto octets = datagram_of(capture.interfaces[packet.interface].link_type, packet.octets);
    if (octets && !octets->empty()) seen.push_back(see(packet, *octets));
  }
  // Of one instant, as in the file.
  std::ranges::sort(seen, {},
                    [](const Seen& one) { return std::pair{one.packet->at_ns, one.packet}; });
  return seen;
}

std::optional<wire::IpAddress> first_listener(const std::vector<Seen>& seen) {
  for (const auto& one : seen) {
    const auto tcp = one.ip ? wire::tcp_of(*one.ip) : std::nullopt;
    if (tcp && tcp->flags().syn()) {
      return tcp->flags().ack() ? one.ip->source() : one.ip->destination();
    }
  }
  return std::nullopt;
}

// The datagrams of a link of which both ends are seen: what arrives is what was sent, by its
// octets. Of several that are the same the first that has not arrived yet and was not dropped; if
// all have, it is a copy of the last.
class Link {
 public:
  void sent(const Packet& packet, Direction direction, std::uint32_t record) {
    const auto dropped = [](const std::string& text) { return text.starts_with("link: dropped"); };
    auto& same = sent_[{direction, packet.octets}];
    same.push_back({.record = record, .gone = std::ranges::any_of(packet.comments, dropped)});
  }
  // The record where it was sent; none that was spoilt on the way has one.
  std::optional<std::uint32_t> arrives(const Packet& packet, Direction direction) {
    const auto found = sent_.find({direction, packet.octets});
    if (found == sent_.end()) return std::nullopt;
    const auto one = std::ranges::find(found->second, false, &Sent::gone);
    if (one == found->second.end()) return found->second.back().record;
    one->gone = true;
    return one->record;
  }

 private:
  struct Sent {
    std::uint32_t record = 0;
    bool gone = false;  // Arrived, or dropped.
  };
  std::map<std::pair<Direction, base::Bytes>, std::vector<Sent>> sent_;
};

}  // namespace

std::optional<std::span<const std::byte>> datagram_of(std::uint16_t link_type,
                                                      std::span<const std::byte> frame) {
  switch (link_type) {
    case kLinkRaw:
    case kLinkIpv4:
    case kLinkIpv6:
      return frame;
    case kLinkNull:  // A family in the byte order of whoever captured it, whose numbers differ too.
    case kLinkLoop:
      return frame.size() < 4 ? std::nullopt : std::optional{frame.subspan(4)};
    case kLinkEthernet:
      return behind_ethernet(frame);
    case kLinkCooked:
      return behind(frame, 14, 16);
    case kLinkCooked2:
      return behind(frame, 0, 20);
    default:
      return std::nullopt;
  }
}

std::expected<void, std::string> to_trace(const Capture& capture,
                                          std::optional<wire::IpAddress> target,
                                          event::Trace& into) {
  into.clear();
  const auto seen = datagrams_of(capture);
  const bool ours = is_ours(capture);
  event::Start start = ours ? facts_of(capture.comment) : event::Start{};
  if (!target) target = wire::IpAddress::parse(start.get("local"));
  if (!target) target = first_listener(seen);
  if (!target && std::ranges::none_of(seen, [](const Seen& one) { return one.ip.has_value(); })) {
    return std::unexpected(
        fmt::format("none of its {} frames holds an IP datagram that can be read{}",
                    capture.packets.size(), seen.empty() ? "" : ": " + seen.front().left_out));
  }
  if (!target) return std::unexpected("it shows no SYN: say which address is the target's");
  if (start.facts().empty()) {
    start.set("target", "capture");
    start.set("local", target->print());
  }
  if (!event::calls_unknown(start)) event::set_calls_unknown(start);
  event::append(into, clock::kStart, start);

  const std::int64_t first = seen.empty() ? 0 : seen.front().packet->at_ns;
  clock::Instant last = clock::kStart;
  Link link;
  bool any = false;
  for (const auto& [packet, ip, left_out] : seen) {
    const bool to_target = ip && ip->destination() == *target;
    if (ip && !to_target && ip->source() != *target) continue;
    // Ours count from the start of the run already. What a file says may be any time at all.
    const auto since =
        static_cast<std::uint64_t>(packet->at_ns) - (ours ? 0 : static_cast<std::uint64_t>(first));
    if (since > kLongest) {
      into.clear();
      return std::unexpected("its times lie more than thirty years apart");
    }
    const auto at = clock::kStart + clock::Duration{static_cast<std::int64_t>(since)};
    last = at;
    if (!ip) {
      into.note(at, "left out: " + left_out);
      continue;
    }
    any = true;
    const auto direction = to_target ? Direction::ToTarget : Direction::FromTarget;
    const auto kind = ours && packet->interface == 0 ? Kind::PeerPacket : Kind::Packet;
    const bool arrives = ours && (kind == Kind::Packet) == to_target;
    if (const auto sent = arrives ? link.arrives(*packet, direction) : std::nullopt) {
      into.append_packet(kind, at, into.packet(into[*sent]), *sent);
      continue;
    }
    const auto body = into.keep(ip->bytes());
    const auto record = into.append_new_packet(kind, at, direction, body, event::kNoRecord);
    if (ours && !arrives) link.sent(*packet, direction, record);
  }
  if (!any) {
    return std::unexpected(fmt::format("no datagram in it is from or to {}", target->print()));
  }
  event::append(into, last, event::End{.reason = event::EndReason::Done});
  return {};
}

}  // namespace harness::capture
