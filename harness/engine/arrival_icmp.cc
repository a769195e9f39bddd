#include "harness/engine/arrival_icmp.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/engine/buffers.h"
#include "harness/engine/calls.h"
#include "harness/engine/lifetime.h"
#include "harness/engine/timers.h"
#include "harness/engine/transmit.h"
#include "harness/wire/icmp.h"

namespace harness::engine {
namespace {

using wire::IcmpView;
using wire::IpVersion;

enum class Kind : std::uint8_t { None, Soft, Hard, TooBig };
struct Meaning {
  Kind kind = Kind::None;
  int error = 0;  // errno
};

Meaning unreachable_v4(std::uint8_t code) {
  switch (code) {
    case 0:
    case 6:
    case 11:
      return {Kind::Soft, ENETUNREACH};
    case wire::kIcmpProtocolUnreachable:
      return {Kind::Hard, ENOPROTOOPT};
    case wire::kIcmpPortUnreachable:
      return {Kind::Hard, ECONNREFUSED};
    case wire::kIcmpFragmentationNeeded:
      return {Kind::TooBig, EMSGSIZE};
    default:
      return {Kind::Soft, EHOSTUNREACH};
  }
}

Meaning meaning(const IcmpView& icmp) {
  if (icmp.version() == IpVersion::V4) {
    switch (icmp.type()) {
      case wire::kIcmpUnreachable:
        return unreachable_v4(icmp.code());
      case wire::kIcmpTimeExceeded:
        return {Kind::Soft, EHOSTUNREACH};
      case wire::kIcmpParameterProblem:
        return {Kind::Soft, EPROTO};
      default:
        return {};  // Source Quench above all (MUST-55).
    }
  }
  switch (icmp.type()) {
    case wire::kIcmpV6Unreachable:
      if (icmp.code() == wire::kIcmpV6PortUnreachable) return {Kind::Hard, ECONNREFUSED};
      return {Kind::Soft, icmp.code() == 0 ? ENETUNREACH : EHOSTUNREACH};
    case wire::kIcmpV6PacketTooBig:
      return {Kind::TooBig, EMSGSIZE};
    case wire::kIcmpV6TimeExceeded:
      return {Kind::Soft, EHOSTUNREACH};
    case wire::kIcmpV6ParameterProblem:
      return {Kind::Soft, EPROTO};
    default:
      return {};
  }
}

// What a router that does not say an MTU may have: the next lower of RFC 1191, 7.1.
std::uint32_t lower_plateau(std::uint32_t size) {
  constexpr std::array<std::uint32_t, 10> kPlateaus = {32'000, 17'914, 8166, 4352, 2002,
                                                       1492,   1006,   508,  296,  68};
  for (const std::uint32_t plateau : kPlateaus) {
    if (plateau < size) return plateau;
  }
  return kPlateaus.back();
}

// RFC 1191, 6.4; RFC 8201, 5.2: smaller segments, sent again at once, and the congestion window as
// it is. What is no smaller than we send, or below any link's MTU, is a lie (RFC 5927, 7.2).
void shrink(Step& step, Connection& c, std::uint32_t mtu) {
  const bool v4 = c.tuple.local.address.version() == IpVersion::V4;
  const std::uint32_t headers = (v4 ? 40u : 60u) + (c.timestamps ? kTimestampOctets : 0u) +
                                static_cast<std::uint32_t>(c.route().size());
  const std::uint32_t size = c.mss + headers;
  if (mtu == 0) mtu = lower_plateau(size);
  if (mtu >= size || mtu < (v4 ? 68u : 1280u) || !c.was_open) return;
  c.mss = std::max(mtu, headers + 1) - headers;
  c.timing = false;
  c.send_point = c.snd_una;
  transmit(step, c);
}

void tell(Step& step, Connection& c, int error) {
  c.soft_error = error;  // The reason, should the connection fail.
  if (!c.options.report_errors) return;
  c.error = error;
  wake(step, c);
}

void end(Step& step, Connection& c, int error) {
  c.holder == Holder::HalfOpen ? return_to_listen(step, c) : finish(step, c, error);
}

}  // namespace

void arrive_icmp(Step& step, const wire::DatagramView& ip) {
  const auto icmp = IcmpView::parse(ip);
  if (!icmp || !icmp->is_error()) return;
  if (wire::icmp_checksum(ip.source(), ip.destination(), icmp->bytes()) != 0) return;
  const auto quoted = wire::quoted_segment(*icmp);
  if (!quoted || step.broken(Defect::IcmpIgnored)) return;
  Connection* const c = step.host.find(quoted->connection);
  if (c == nullptr || c->state == TcpState::TimeWait) return;
  const bool in_flight =
      wire::in_window(quoted->seq, c->snd_una, wire::distance(c->snd_una, c->snd_nxt));
  if (!in_flight && !step.broken(Defect::IcmpSequenceUnchecked)) return;
  if (step.broken(Defect::SourceQuenchHeeded) && icmp->version() == IpVersion::V4 &&
      icmp->type() == wire::kIcmpSourceQuench) {
    return end(step, *c, ECONNABORTED);
  }
  const auto [kind, error] = meaning(*icmp);
  switch (kind) {
    case Kind::None:
      return;
    case Kind::TooBig:
      return shrink(step, *c, icmp->mtu().value_or(0));
    case Kind::Hard:
      if (!c->was_open || step.host.config.icmp_aborts_synchronized) return end(step, *c, error);
      return tell(step, *c, error);
    case Kind::Soft:
      if (step.broken(Defect::IcmpSoftAborts)) return end(step, *c, error);
      return tell(step, *c, error);
  }
}

}  // namespace harness::engine
