#include "bindings/icmp.h"

#include <fmt/format.h>

#include <utility>

#include "bindings/errors.h"
#include "harness/scenario/cursor.h"
#include "harness/scenario/icmp.h"
#include "harness/scenario/parse_packet.h"
#include "harness/wire/print.h"

namespace bindings {

namespace wire = harness::wire;
namespace scenario = harness::scenario;

Icmp Icmp::craft(const std::string& notation, const Segment& about, const std::string& source) {
  const auto quoted = about.ip();
  const auto from =
      source.empty() ? std::optional{quoted.destination()} : wire::IpAddress::parse(source);
  if (!from || from->version() != quoted.version()) {
    throw UsageError{
        fmt::format("expected an address of the segment's family, found `{}`", source)};
  }
  const std::string text = fmt::format("< icmp {}", notation);
  const scenario::Source script{text, "icmp"};
  scenario::Cursor cursor{script};
  auto packet = scenario::parse_packet(cursor);
  if (!cursor.failed() && !cursor.at_end()) cursor.fail_expected("the end of the message");
  if (!cursor.failed() && !packet.icmp->about_latest) {
    cursor.fail(0, "what the message quotes is the segment it is given");
  }
  if (cursor.error()) throw ScriptError{cursor.error()->print()};
  if (!scenario::icmp_kind(*packet.icmp, from->version())) {
    throw ScriptError{
        fmt::format("IPv{} has no ICMP `{}`", static_cast<int>(from->version()), notation)};
  }
  return Icmp{scenario::craft_icmp(packet, {.source = *from, .destination = quoted.source()},
                                   about.octets())};
}

Icmp Icmp::parse(harness::base::Bytes octets) {
  const auto ip = wire::DatagramView::parse(octets);
  if (!ip) throw WireError{fmt::format("no IP datagram: {}", wire::says(ip.error()))};
  const auto icmp = wire::IcmpView::parse(*ip);
  if (!icmp) throw WireError{fmt::format("no ICMP: {}", wire::says(icmp.error()))};
  return Icmp{std::move(octets)};
}

wire::DatagramView Icmp::ip() const { return *wire::DatagramView::parse(octets_); }

wire::IcmpView Icmp::icmp() const { return *wire::IcmpView::parse(ip()); }

bool Icmp::checksum_ok() const {
  const auto datagram = ip();
  return wire::icmp_checksum(datagram.source(), datagram.destination(), datagram.payload()) == 0;
}

std::string Icmp::print() const { return wire::print_datagram(octets_); }

}  // namespace bindings
