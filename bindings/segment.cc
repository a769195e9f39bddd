#include "bindings/segment.h"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <utility>

#include "bindings/errors.h"
#include "harness/scenario/cursor.h"
#include "harness/scenario/flow.h"
#include "harness/scenario/parse_packet.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/print.h"

namespace bindings {

namespace wire = harness::wire;
namespace scenario = harness::scenario;

namespace {

scenario::PacketStep parse_notation(const std::string& notation, char direction) {
  const std::string text = fmt::format("{} {}", direction, notation);
  const scenario::Source source{text, "segment"};
  scenario::Cursor cursor{source};
  auto step = scenario::parse_packet(cursor);
  if (!cursor.failed() && !cursor.at_end()) cursor.fail_expected("the end of the segment");
  if (!cursor.failed() && step.icmp)
    cursor.fail(0, "an ICMP error is no segment; see lastack.Icmp");
  if (!cursor.failed() && step.to) cursor.fail(0, "`to` is for scripts; say destination=");
  if (cursor.error()) throw ScriptError{cursor.error()->print()};
  return step;
}

constexpr std::size_t kMostPayload = 65'000;

}  // namespace

wire::Endpoint parse_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  auto host = text.substr(0, colon == text.npos ? 0 : colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = wire::IpAddress::parse(host);
  wire::Port port = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + (colon == text.npos ? 0 : colon + 1), end, port);
  if (!address || read.ec != std::errc{} || read.ptr != end) {
    throw UsageError{
        fmt::format("expected an address and a port such as 192.0.2.1:8080 or "
                    "[2001:db8::1]:8080, found `{}`",
                    text)};
  }
  return {*address, port};
}

Segment Segment::craft(const std::string& notation, const std::string& source,
                       const std::string& destination, const std::optional<std::string>& payload) {
  const auto from = parse_endpoint(source), to = parse_endpoint(destination);
  if (from.address.version() != to.address.version()) {
    throw UsageError{"source and destination are not of one family"};
  }
  const auto step = parse_notation(notation, '<');
  auto spec = scenario::Flow{from.port, to.port}.to_send(step);
  if (step.source) spec.source = step.source;
  if (step.destination) spec.destination = step.destination;
  if (payload) {
    if (payload->size() != step.length) {
      throw WireError{fmt::format("the payload has {} octets, and the notation says ({})",
                                  payload->size(), step.length)};
    }
    std::memcpy(spec.payload->data(), payload->data(), payload->size());
  }
  if (spec.payload->size() > kMostPayload) {
    throw WireError{fmt::format("a segment holds {} octets at most", kMostPayload)};
  }
  return Segment{wire::craft(spec, {.source = from.address, .destination = to.address}, {})};
}

Segment Segment::parse(harness::base::Bytes octets) {
  const auto ip = wire::DatagramView::parse(octets);
  if (!ip) throw WireError{fmt::format("no IP datagram: {}", wire::says(ip.error()))};
  if (ip->protocol() != wire::kProtocolTcp) {
    throw WireError{fmt::format("no TCP: the IP protocol is {}", ip->protocol())};
  }
  const auto tcp = wire::SegmentView::parse(ip->payload());
  if (!tcp) throw WireError{fmt::format("no TCP segment: {}", wire::says(tcp.error()))};
  return Segment{std::move(octets)};
}

wire::DatagramView Segment::ip() const { return *wire::DatagramView::parse(octets_); }

wire::SegmentView Segment::tcp() const { return *wire::SegmentView::parse(ip().payload()); }

bool Segment::checksum_ok() const {
  const auto datagram = ip();
  return wire::tcp_checksum(datagram.source(), datagram.destination(), datagram.payload()) == 0;
}

std::string Segment::print() const { return wire::print_datagram(octets_); }

std::vector<wire::Mismatch> Segment::mismatches(const std::string& notation) const {
  const auto step = parse_notation(notation, '>');
  auto wanted = scenario::Flow{tcp().destination(), tcp().source()}.to_expect(step, tcp());
  wanted.seq = step.seq;  // As on the wire, in a SYN too.
  wanted.ack = step.ack.value_or(0);
  return wire::mismatches(wanted, ip(), tcp());
}

}  // namespace bindings
