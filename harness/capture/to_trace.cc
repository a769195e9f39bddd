#include "harness/capture/to_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "harness/capture/from_trace.h"
#include "harness/event/end.h"
#include "harness/event/start.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace harness::capture {
namespace {

using event::Direction;
using event::Kind;

constexpr std::uint16_t kEtherIpv4 = 0x0800, kEtherIpv6 = 0x86DD, kEtherVlan = 0x8100;
constexpr std::size_t kMostDatagram = 65'575;

bool is_ip(std::uint16_t ether_type) {
  return ether_type == kEtherIpv4 || ether_type == kEtherIpv6;
}

std::optional<std::span<const std::byte>> behind(std::span<const std::byte> frame,
                                                 std::size_t type_at, std::size_t size) {
  if (frame.size() < size || !is_ip(base::load16(&frame[type_at]))) return std::nullopt;
  return frame.subspan(size);
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

struct Seen {
  const Packet* packet;
  wire::DatagramView ip;
};

std::vector<Seen> datagrams_of(const Capture& capture) {
  std::vector<Seen> seen;
  for (const auto& packet : capture.packets) {
    if (packet.interface >= capture.interfaces.size()) continue;
    const auto octets = datagram_of(capture.interfaces[packet.interface].link_type, packet.octets);
    if (!octets || octets->size() > kMostDatagram) continue;
    if (const auto ip = wire::DatagramView::parse_quote(*octets)) seen.push_back({&packet, *ip});
  }
  return seen;
}

std::optional<wire::IpAddress> first_listener(const std::vector<Seen>& seen) {
  for (const auto& [packet, ip] : seen) {
    if (ip.protocol() != wire::kProtocolTcp || ip.fragment_offset() != 0) continue;
    const auto tcp = wire::SegmentView::parse(ip.payload());
    if (tcp && tcp->flags().syn()) return tcp->flags().ack() ? ip.source() : ip.destination();
  }
  return std::nullopt;
}

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
      if (frame.size() >= 18 && base::load16(&frame[12]) == kEtherVlan)
        return behind(frame, 16, 18);
      return behind(frame, 12, 14);
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
  if (!target) return std::unexpected("it shows no SYN: say which address is the target's");
  if (start.facts().empty()) {
    start.set("target", "capture");
    start.set("local", target->print());
  }
  event::append(into, clock::kStart, start);

  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  for (const auto& one : seen) first = std::min(first, one.packet->at_ns);
  clock::Instant last = clock::kStart;
  for (const auto& [packet, ip] : seen) {
    const bool to_target = ip.destination() == *target;
    if (!to_target && ip.source() != *target) continue;
    // Ours count from the start of the run already. A file may hold any time: wrap, do not
    // overflow.
    const auto since =
        static_cast<std::uint64_t>(packet->at_ns) - (ours ? 0 : static_cast<std::uint64_t>(first));
    const auto at = clock::kStart + clock::Duration{static_cast<std::int64_t>(
                                        since & std::numeric_limits<std::int64_t>::max())};
    last = std::max(last, at);
    const auto direction = to_target ? Direction::ToTarget : Direction::FromTarget;
    const auto kind = ours && packet->interface == 0 ? Kind::PeerPacket : Kind::Packet;
    const auto body = into.keep(ip.bytes());
    const auto record = into.append_new_packet(kind, at, direction, body, event::kNoRecord);
    if (ip.bytes().size() < ip.total_length()) {
      into.note(at, fmt::format("the capture holds {} of the {} octets of #{}", ip.bytes().size(),
                                ip.total_length(), record));
    }
  }
  if (into.size() == 1) {
    return std::unexpected(fmt::format("no datagram in it is from or to {}", target->print()));
  }
  event::append(into, last, event::End{.reason = event::EndReason::Done});
  return {};
}

}  // namespace harness::capture
