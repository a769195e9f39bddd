#include "harness/model/icmp.h"

#include <algorithm>

#include "harness/model/reset.h"
#include "harness/model/time_wait.h"
#include "harness/wire/icmp.h"

namespace harness::model {
namespace {

constexpr std::int64_t kLeastMtu4 = 68, kLeastMtu6 = 1280;

std::optional<Trouble> trouble_of_v4(std::uint8_t type, std::uint8_t code) {
  switch (type) {
    case wire::kIcmpSourceQuench:
      return Trouble::Quench;
    case wire::kIcmpTimeExceeded:
    case wire::kIcmpParameterProblem:
      return Trouble::Soft;
    case wire::kIcmpUnreachable:
      if (code == wire::kIcmpFragmentationNeeded) return Trouble::TooBig;
      return code == 0 || code == 1 || code == 5 ? Trouble::Soft : Trouble::Hard;
    default:
      return std::nullopt;
  }
}

std::optional<Trouble> trouble_of_v6(std::uint8_t type, std::uint8_t code) {
  switch (type) {
    case wire::kIcmpV6TimeExceeded:
    case wire::kIcmpV6ParameterProblem:
      return Trouble::Soft;
    case wire::kIcmpV6PacketTooBig:
      return Trouble::TooBig;
    case wire::kIcmpV6Unreachable:
      return code == 0 || code == 3 ? Trouble::Soft : Trouble::Hard;
    default:
      return std::nullopt;
  }
}

// RFC 5927, 4.1: what is on its way, or, of an open connection, a probe one below.
bool in_flight(const Hypothesis& h, const Profile& profile, Offset seq) {
  const bool open = h.phase == Phase::Synchronized;
  return seq >= h.una - (open ? 1 : 0) && seq < h.nxt + (profile.takes_the_next ? 1 : 0);
}

}  // namespace

std::optional<Report> read_error(const wire::DatagramView& datagram, const wire::IpAddress& local) {
  const auto icmp = wire::IcmpView::parse(datagram);
  if (!icmp || datagram.fragment() || !datagram.header_checksum_ok()) return std::nullopt;
  const auto to = datagram.destination();
  if (!local.unspecified() && to != local) return std::nullopt;
  if (wire::icmp_checksum(datagram.source(), to, icmp->bytes()) != 0) return std::nullopt;
  const bool four = icmp->version() == wire::IpVersion::V4;
  const auto trouble =
      four ? trouble_of_v4(icmp->type(), icmp->code()) : trouble_of_v6(icmp->type(), icmp->code());
  const auto quoted = wire::quoted_segment(*icmp);
  if (!trouble || !quoted) return std::nullopt;
  Report report{.trouble = *trouble, .about = quoted->connection, .seq = quoted->seq.raw()};
  // "Destination Unreachable -- codes 2-4", and what is the last of them over IPv6.
  report.listed = four ? icmp->code() <= wire::kIcmpFragmentationNeeded
                       : icmp->code() == wire::kIcmpV6PortUnreachable;
  if (*trouble == Trouble::TooBig) {
    const std::int64_t told = icmp->mtu().value_or(0);  // 0: by a router older than RFC 1191.
    report.path_mtu = std::max(told, four ? kLeastMtu4 : kLeastMtu6);
    report.discarded = told < report.path_mtu;
  }
  return report;
}

void note_path(Connection& facts, const Report& report) {
  if (facts.tuple.remote.address != report.about.remote.address) return;
  const auto before = facts.path_mtu > 0 ? facts.path_mtu : report.path_mtu;
  facts.path_mtu = std::min(before, report.path_mtu);
}

bool in_flight(std::span<const Hypothesis> readings, const Profile& profile, const Report& report) {
  return std::ranges::any_of(readings, [&](const Hypothesis& h) {
    return h.phase != Phase::Closed && in_flight(h, profile, h.sent(report.seq));
  });
}

namespace {

// What a soft error must not do to a connection that is not open yet.
const char* wanted_of(std::span<const Hypothesis> readings) {
  for (const Hypothesis& h : readings) {
    if (h.phase == Phase::SynSent || (h.phase == Phase::SynReceived && h.active)) {
      return "no end of an attempt to connect for a soft error";
    }
    if (h.phase == Phase::SynReceived) return "no end of half a handshake for a soft error";
  }
  return nullptr;
}

}  // namespace

bool note_error(Judgement& j, std::span<const Hypothesis> readings, const Report& report) {
  Connection& facts = j.facts;
  const bool counts = in_flight(readings, j.assume.profile, report);
  const bool quench = report.trouble == Trouble::Quench;
  if (!quench && counts && report.trouble == Trouble::Hard) facts.hard_error = true;
  if (!quench && counts && report.trouble != Trouble::Soft) return true;
  const Id rule = quench ? Id::SourceQuench : counts ? Id::SoftError : Id::QuotedNumber;
  // The first that came while it opened may have ended it before this one.
  if (facts.error_rule == 0 || facts.error_wanted == nullptr) {
    facts.error_rule = static_cast<std::uint16_t>(rule);
    facts.error_record = j.record;
    facts.error_wanted = rule == Id::SoftError ? wanted_of(readings) : nullptr;
  }
  return !quench && counts;
}

bool arrive_error(Hypothesis& h, Judgement& j, const Report& report) {
  const Offset about = h.sent(report.seq);
  if (h.phase == Phase::Closed || !in_flight(h, j.assume.profile, about)) return true;
  // RFC 6069: after it the retransmission timer may be what it was before it was doubled.
  h.evidence = true;
  const bool four = j.facts.tuple.local.address.size() == 4;
  if (report.trouble == Trouble::TooBig) {
    j.facts.told_mtu = report.discarded ? 0 : report.path_mtu;
    j.facts.told_record = j.record;
    j.facts.told_at = j.when.until;
  }
  if (report.trouble == Trouble::Soft || (report.trouble == Trouble::TooBig && !four)) return true;
  // "Destination Unreachable -- codes 2-4 ... TCP implementations SHOULD abort the connection".
  const bool nobody = h.phase == Phase::TimeWait || (h.phase == Phase::SynReceived && !h.active);
  fork_to_time_wait(h, j);
  Hypothesis aborted = h;
  close_with(aborted, j, nobody ? Ending::Normal : Ending::Refused);
  j.fork(aborted);
  if (report.trouble == Trouble::Hard && about < h.nxt) {
    h.hard_error = true;
    h.must_end = h.must_end || report.listed;
  }
  return true;
}

void outlive_error(Judgement& j) {
  if (j.facts.error_rule == 0) return;
  j.held(static_cast<Id>(j.facts.error_rule));
  j.facts.error_rule = 0;
  j.facts.error_wanted = nullptr;
}

void blame_error(const Connection& facts, Miss& miss) {
  if (!miss.ends || facts.error_rule == 0) return;
  // What came later and is known to end connections is nearer, where this one was open.
  const auto later = miss.id == Id::TextAfterFin   ? facts.behind_fin
                     : miss.id == Id::ResetOutside ? facts.reset_outside
                                                   : event::kNoRecord;
  const bool nearer = later != event::kNoRecord && later > facts.error_record;
  if (nearer && facts.error_wanted == nullptr) return;
  miss.id = static_cast<Id>(facts.error_rule);
  miss.cause = facts.error_record;
  if (facts.error_wanted == nullptr) return;
  miss.expected = facts.error_wanted;
  if (miss.unit != Unit::None) miss.found = "one given up";
  miss.unit = Unit::None;
  miss.low = miss.high = 0;
}

}  // namespace harness::model
