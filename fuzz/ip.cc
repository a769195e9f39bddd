// Any octets as an IP datagram, with whatever it carries: everything is looked at, ICMP errors are
// read to the segment they quote, and a datagram cut short is a quote.

#include <algorithm>

#include "fuzz/target.h"
#include "harness/base/check.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/icmp.h"
#include "harness/wire/print.h"
#include "harness/wire/segment.h"
#include "harness/wire/segment_spec.h"
#include "harness/wire/udp_view.h"

namespace fuzz {
namespace {

using namespace harness;

constexpr std::string_view kAims[] = {
    "IPv4",
    "IPv6",
    "no IP",
    "cut short",
    "IPv4 options",
    "an IPv4 fragment",
    "a wrong header checksum",
    "octets behind the datagram",
    "hop by hop",
    "destination options",
    "routing",
    "authentication",
    "an atomic fragment",
    "a later IPv6 fragment",
    "an extension header past the end",
    "TCP over IPv4",
    "TCP over IPv6",
    "a right TCP checksum",
    "UDP",
    "a right UDP checksum",
    "an ICMP error",
    "an ICMPv6 error",
    "ICMP that is no error",
    "an MTU",
    "a quoted segment",
    "a quoted segment with its length",
    "a quote with extensions behind it",
};

#define REACH(name) reach(find_aim(kAims, name))

void look_at(const wire::IcmpView& icmp, const wire::DatagramView& ip) {
  if (!icmp.is_error()) {
    REACH("ICMP that is no error");
    CHECK(icmp.quote().empty());
  } else if (icmp.version() == wire::IpVersion::V4) {
    REACH("an ICMP error");
  } else {
    REACH("an ICMPv6 error");
  }
  if (icmp.mtu()) REACH("an MTU");
  if (!icmp.quote().empty() && icmp.quote().size() + 8 < icmp.bytes().size()) {
    REACH("a quote with extensions behind it");
  }
  if (const auto quoted = wire::quoted_segment(icmp)) {
    REACH("a quoted segment");
    CHECK(quoted->octets.size() >= 8);
    if (quoted->payload) REACH("a quoted segment with its length");
  }
  // What is crafted of the same fields is the same message, its checksum put right.
  const wire::IpHeader header{.source = ip.source(), .destination = ip.destination()};
  const auto again = wire::craft(header, wire::IcmpMessage{.type = icmp.type(),
                                                           .code = icmp.code(),
                                                           .rest = icmp.rest(),
                                                           .quote = icmp.bytes().subspan(8)});
  const auto view = wire::IcmpView::parse(wire::DatagramView::parse(again).value()).value();
  CHECK(std::ranges::equal(view.bytes().subspan(4), icmp.bytes().subspan(4)));
  CHECK(wire::icmp_checksum(ip.source(), ip.destination(), view.bytes()) == 0);
}

void look_at_tcp(const wire::DatagramView& ip) {
  const auto tcp = wire::SegmentView::parse(ip.payload());
  if (!tcp) return;
  if (ip.version() == wire::IpVersion::V4) {
    REACH("TCP over IPv4");
  } else {
    REACH("TCP over IPv6");
  }
  if (wire::tcp_checksum(ip.source(), ip.destination(), ip.payload()) == 0) {
    REACH("a right TCP checksum");
  }
  // What it says of itself matches it; anything else does not.
  wire::SegmentSpec spec;
  spec.seq = tcp->seq().raw();
  spec.flags = tcp->flags();
  spec.options = base::Bytes{tcp->option_bytes().begin(), tcp->option_bytes().end()};
  spec.payload = base::Bytes{tcp->payload().begin(), tcp->payload().end()};
  CHECK(wire::mismatches(spec, ip, *tcp).empty());
  spec.window = static_cast<std::uint16_t>(tcp->window() + 1);
  CHECK(wire::mismatches(spec, ip, *tcp).size() == 1);
}

void look_at_v4(const wire::DatagramView& ip) {
  REACH("IPv4");
  if (!ip.header_checksum_ok()) REACH("a wrong header checksum");
  if (ip.fragment()) REACH("an IPv4 fragment");
  std::size_t walked = 0;
  for (const auto& option : wire::Options{ip.extensions()}) walked += option.bytes.size();
  CHECK(walked == ip.extensions().size());
  if (walked > 0) REACH("IPv4 options");
}

void look_at_v6(const wire::DatagramView& ip) {
  REACH("IPv6");
  if (ip.extension(wire::kHopByHop)) REACH("hop by hop");
  if (ip.extension(wire::kDestinationOptions)) REACH("destination options");
  if (ip.extension(wire::kRouting)) REACH("routing");
  if (ip.extension(wire::kAuthentication)) REACH("authentication");
  const auto fragment = ip.extension(wire::kFragmentHeader);
  if (fragment && !ip.fragment()) REACH("an atomic fragment");
  if (ip.fragment_offset() != 0) REACH("a later IPv6 fragment");
  if (ip.protocol() == wire::kHopByHop) REACH("an extension header past the end");
}

}  // namespace

std::span<const std::string_view> aims() { return kAims; }

void one_input(std::span<const std::byte> octets) {
  const auto ip = wire::DatagramView::parse(octets);
  const auto quote = wire::DatagramView::parse_quote(octets);
  CHECK(!ip || quote);
  CHECK(!wire::print_datagram(octets).empty());
  if (!ip) {
    if (quote) REACH("cut short");
    REACH("no IP");
    return;
  }
  CHECK(ip->total_length() == ip->bytes().size());
  CHECK(ip->header().size() + ip->payload().size() == ip->bytes().size());
  if (ip->bytes().size() < octets.size()) REACH("octets behind the datagram");
  if (ip->version() == wire::IpVersion::V4) {
    look_at_v4(*ip);
  } else {
    look_at_v6(*ip);
  }
  if (ip->fragment()) return;
  if (ip->protocol() == wire::kProtocolTcp) look_at_tcp(*ip);
  // Crafted again it has a plain header, so it is at most as large.
  if (const auto icmp = wire::IcmpView::parse(*ip); icmp && octets.size() < 60'000) {
    look_at(*icmp, *ip);
  }
  if (const auto udp = wire::UdpView::parse(ip->payload());
      udp && ip->protocol() == wire::kProtocolUdp) {
    REACH("UDP");
    if (udp->checksum_ok(ip->source(), ip->destination())) REACH("a right UDP checksum");
  }
}

}  // namespace fuzz
