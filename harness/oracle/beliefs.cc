#include "harness/oracle/beliefs.h"

#include <fmt/format.h>

#include <bit>
#include <optional>

#include "harness/event/status.h"
#include "harness/model/model.h"
#include "harness/oracle/rfc.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::oracle {
namespace {

using event::TcpState;

// Local is the target.
std::optional<wire::FourTuple> connection_of(const event::Trace& trace,
                                             const event::Record& record) {
  const auto seen = wire::tcp_of(trace.body(record));
  if (!seen) return std::nullopt;
  const wire::Endpoint from{seen->ip.source(), seen->tcp.source()};
  const wire::Endpoint to{seen->ip.destination(), seen->tcp.destination()};
  return record.direction == event::Direction::ToTarget ? wire::FourTuple{to, from}
                                                        : wire::FourTuple{from, to};
}

// As a connection passes through them.
constexpr TcpState kLife[] = {TcpState::Listen,      TcpState::SynSent,  TcpState::SynReceived,
                              TcpState::Established, TcpState::FinWait1, TcpState::FinWait2,
                              TcpState::CloseWait,   TcpState::Closing,  TcpState::LastAck,
                              TcpState::TimeWait,    TcpState::Closed};

constexpr unsigned bit(TcpState state) { return 1u << static_cast<unsigned>(state); }

std::string print(unsigned states) {
  if (states == (bit(TcpState::Closed) | bit(TcpState::Listen))) return "no connection";
  if (std::popcount(states) > 2) return {};
  std::string text;
  for (const auto state : kLife) {
    if ((states & bit(state)) == 0) continue;
    text += fmt::format("{}{}", text.empty() ? "" : " or ", event::name(state));
  }
  return text;
}

}  // namespace

std::vector<std::string> beliefs(const event::Trace& trace) {
  model::Model model{assumptions(trace)};
  std::vector<std::string> all(trace.size());
  for (std::uint32_t i = 0; i < trace.size(); ++i) {
    model.step(trace, i);
    if (trace[i].kind != event::Kind::Packet) continue;
    if (const auto tuple = connection_of(trace, trace[i])) {
      all[i] = print(model.states(*tuple, trace[i].at));
    }
  }
  return all;
}

}  // namespace harness::oracle
