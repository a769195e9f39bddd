#include "harness/oracle/beliefs.h"

#include <bit>
#include <optional>

#include "harness/event/status.h"
#include "harness/model/explain.h"
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

constexpr unsigned bit(TcpState state) { return 1u << static_cast<unsigned>(state); }

std::string print(unsigned states) {
  if (states == (bit(TcpState::Closed) | bit(TcpState::Listen))) return "no connection";
  if (std::popcount(states) > 2) return {};
  return model::print_states(states);
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
