#include "harness/link/mangle.h"

#include <algorithm>

#include "harness/link/fault.h"
#include "harness/wire/checksum.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/icmp.h"
#include "harness/wire/segment.h"

namespace harness::link {
namespace {

struct Bits {
  std::uint32_t first = 0, count = 0;  // Of the datagram.
};

// Where the fields of a TCP segment lie (RFC 9293, 3.1), in bits from its beginning.
std::vector<Bits> places(event::Span datagram, std::uint16_t fields) {
  const auto ip = wire::DatagramView::parse(datagram);
  const auto size = static_cast<std::uint32_t>(datagram.size() * 8);
  if (fields == 0) {
    const bool whole = !ip || ip->header().size() >= datagram.size();
    const auto spared = whole ? 0 : static_cast<std::uint32_t>(ip->header().size() * 8);
    return {{spared, size - spared}};
  }
  if (!ip || ip->protocol() != wire::kProtocolTcp || ip->fragment()) return {};
  const auto segment = wire::SegmentView::parse(ip->payload());
  if (!segment) return {};
  const auto options = static_cast<std::uint32_t>(segment->option_bytes().size() * 8);
  const auto payload = static_cast<std::uint32_t>(segment->payload().size() * 8);
  const Bits all[] = {{0, 32},   {32, 32},  {64, 32},  {96, 4},        {103, 9},
                      {112, 16}, {128, 16}, {144, 16}, {160, options}, {160 + options, payload}};
  const auto begin = static_cast<std::uint32_t>(ip->header().size() * 8);
  std::vector<Bits> chosen;
  for (std::size_t i = 0; i < std::size(all); ++i) {
    if ((fields >> i & 1) != 0) chosen.push_back({begin + all[i].first, all[i].count});
  }
  return chosen;
}

}  // namespace

std::vector<std::uint32_t> choose_bits(event::Span datagram, std::uint16_t fields,
                                       std::uint32_t count, base::Rng& rng) {
  const auto from = places(datagram, fields);
  std::uint32_t all = 0;
  for (const Bits& bits : from) all += bits.count;
  count = std::min(count, all);
  std::vector<std::uint32_t> chosen;
  while (chosen.size() < count) {
    auto n = static_cast<std::uint32_t>(rng.below(all));
    auto place = from.begin();
    for (; n >= place->count; ++place) n -= place->count;
    // One that is taken already leaves its turn to the next draw; there are enough.
    if (std::ranges::find(chosen, place->first + n) == chosen.end()) {
      chosen.push_back(place->first + n);
    }
  }
  return chosen;
}

void flip(std::span<std::byte> datagram, std::uint32_t bit) {
  datagram[bit / 8] ^= std::byte{1} << (7 - bit % 8);
}

std::optional<std::uint32_t> choose_cut(event::Span datagram, base::Rng& rng) {
  const auto ip = wire::DatagramView::parse(datagram);
  const std::size_t header = ip ? ip->header().size() : 0;
  if (datagram.size() <= header) return std::nullopt;
  return static_cast<std::uint32_t>(header + rng.below(datagram.size() - header));
}

bool repair(std::span<std::byte> datagram) {
  const bool six = !datagram.empty() && std::to_integer<unsigned>(datagram[0]) >> 4 == 6;
  if (datagram.size() < (six ? 40u : 20u)) return false;
  if (six) {
    base::store16(datagram.data() + 4, static_cast<std::uint16_t>(datagram.size() - 40));
  } else {
    const auto header = std::size_t{std::to_integer<unsigned>(datagram[0]) & 15u} * 4;
    if (header < 20 || header > datagram.size()) return false;
    base::store16(datagram.data() + 2, static_cast<std::uint16_t>(datagram.size()));
    base::store16(datagram.data() + 10, 0);
    wire::Checksum sum;
    sum.add(datagram.first(header));
    base::store16(datagram.data() + 10, sum.value());
  }
  const auto ip = wire::DatagramView::parse(datagram);
  if (!ip || ip->protocol() != wire::kProtocolTcp || ip->fragment()) return false;
  if (ip->payload().size() < 18) return false;
  const auto segment = datagram.subspan(ip->header().size(), ip->payload().size());
  base::store16(segment.data() + 16, 0);
  base::store16(segment.data() + 16,
                wire::tcp_checksum(ip->source(), ip->destination(), ip->payload()));
  return true;
}

base::Bytes too_big(event::Span datagram, std::uint32_t mtu) {
  const auto ip = wire::DatagramView::parse(datagram);
  if (!ip) return {};
  const bool six = ip->version() == wire::IpVersion::V6;
  // As much as fits into 576 octets (RFC 1812, 4.3.2.3) or 1280 (RFC 4443, 3.2).
  const std::size_t room = six ? 1280 - 40 - 8 : 576 - 20 - 8;
  const std::size_t header = ip->header().size();
  const wire::IcmpMessage message{
      .type = six ? wire::kIcmpV6PacketTooBig : wire::kIcmpUnreachable,
      .code = six ? std::uint8_t{0} : wire::kIcmpFragmentationNeeded,
      .rest = six ? mtu : std::min<std::uint32_t>(mtu, 0xFFFF),
      .quote = wire::quote_of(datagram, room > header ? room - header : 8)};
  return wire::craft({.source = ip->destination(), .destination = ip->source()}, message);
}

}  // namespace harness::link
