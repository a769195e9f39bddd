#include <algorithm>
#include <array>

#include "harness/engine/arrival.h"
#include "harness/engine/lifetime.h"
#include "harness/engine/transmit.h"

namespace harness::engine {
namespace {

void owe_ack(Step& step, Connection& c, std::uint32_t octets) {
  const Config& config = step.host.config;
  c.octets_unacked += octets;
  c.largest_segment = std::max(c.largest_segment, octets);
  // What the peer calls a full segment shows by the largest that came.
  const std::uint32_t most = step.host.mss_limit(c.tuple.local.address.version());
  const std::uint32_t full = std::clamp(c.largest_segment, std::min(536u, most), most);
  const std::uint32_t every = step.broken(Defect::AckSeldom) ? 10 : config.ack_every;
  const bool prompt = c.prompt > 0;
  if (prompt) --c.prompt;
  const bool now = prompt || c.octets_unacked >= every * full || c.options.quick_ack ||
                   config.ack_delay == clock::Duration{};
  if (now) {
    c.ack_owed = AckOwed::Now;
  } else if (c.ack_owed == AckOwed::None) {
    c.ack_owed = AckOwed::Delayed;
  }
}

constexpr std::array kDamage = {std::byte{0xA5}};

// Keeps octets that lie in the window, wherever they begin. True when they are the next ones.
bool keep(Step& step, Connection& c, SeqNum seq, event::Span octets) {
  const auto size = static_cast<std::uint32_t>(octets.size());
  const std::uint32_t offset = c.receive.size() + wire::distance(c.rcv_nxt, seq);
  const std::uint32_t all = c.receive.size() + c.rcv_wnd();  // What may come before a read.
  c.receive.reserve(step.host.buffers, std::max(all, offset + size));
  if (seq == c.rcv_nxt) {
    c.receive.append(octets);
    if (step.broken(Defect::TextShifted) && size >= 100) {
      const std::uint32_t at = c.receive.size() - size;
      c.receive.put(at, octets.subspan(1));
      c.receive.put(at + size - 1, octets.first(1));
    }
    c.rcv_nxt = seq + size;
    return true;
  }
  if (c.reassembly.hold(seq, seq + size)) {
    c.receive.put(offset, octets);
    if (step.broken(Defect::OutOfOrderCorrupted)) c.receive.put(offset, kDamage);
  }
  return false;
}

// What was held and now is next. True when there was any.
bool join(Connection& c) {
  if (c.reassembly.empty()) return false;
  const SeqNum next = c.reassembly.advance(c.rcv_nxt);
  const std::uint32_t joined = wire::distance(c.rcv_nxt, next);
  c.receive.extend(joined);
  c.rcv_nxt = next;
  return joined > 0;
}

}  // namespace

// RFC 9293, 3.10.7.4, seventh
bool process_text(Step& step, Connection& c, const Arrival& arrival) {
  bool receiving = c.state == TcpState::Established || c.state == TcpState::FinWait1 ||
                   c.state == TcpState::FinWait2;
  if (step.broken(Defect::HalfCloseDeaf) && c.fin_queued && !arrival.flags.fin()) {
    receiving = false;
  }
  if (step.broken(Defect::TextAfterFinTaken) && c.state == TcpState::CloseWait) {
    receiving = true;
    c.fin_at.reset();
  }
  if (!receiving) {
    // The peer has sent its FIN: no text can follow, but its FIN may come again.
    if (arrival.flags.fin()) c.ack_owed = AckOwed::Now;
    return true;
  }
  event::Span text = arrival.payload;
  if (c.fin_at) {  // Nothing lies behind the FIN.
    const std::uint32_t most =
        wire::before(arrival.seq, *c.fin_at) ? wire::distance(arrival.seq, *c.fin_at) : 0;
    text = text.first(std::min<std::size_t>(text.size(), most));
  } else if (arrival.flags.fin()) {
    c.fin_at = arrival.seq + static_cast<std::uint32_t>(text.size());
  }
  if (!text.empty() && c.receive_shut && c.fin_queued) {
    // Nobody will read it (3.6.1, SHLD-3).
    abort(step, c, ECONNRESET);
    return false;
  }
  const bool in_order = arrival.seq == c.rcv_nxt, held = !c.reassembly.empty();
  if (!text.empty()) keep(step, c, arrival.seq, text);
  // A peer with text behind its FIN contradicts itself: what is in order first counts.
  if (c.fin_at == c.rcv_nxt) c.reassembly.clear();
  const bool joined = join(c);
  if (c.fin_at && wire::before(*c.fin_at, c.rcv_nxt)) c.fin_at.reset();
  if (!text.empty() || joined) owe_ack(step, c, static_cast<std::uint32_t>(text.size()));
  // RFC 5681, 4.2: at once when something is missing, or no longer is.
  if ((!text.empty() || arrival.flags.fin()) && (!in_order || !c.reassembly.empty())) {
    if (!step.broken(Defect::OutOfOrderUnanswered)) {
      c.ack_owed = AckOwed::Now;
      c.prompt = step.host.config.prompt_acks;
    }
  }
  if (joined || (held && !text.empty())) c.ack_owed = AckOwed::Now;
  return true;
}

void keep_syn_text(Step& step, Connection& c, const Arrival& arrival) {
  if (!step.host.config.keep_syn_data) return;
  Arrival rest = arrival;
  rest.seq = c.rcv_nxt;
  trim(step, c, rest);
  const auto size = static_cast<std::uint32_t>(rest.payload.size());
  if (rest.flags.fin()) c.fin_at = rest.seq + size;
  if (size == 0) return;
  c.receive.reserve(step.host.buffers, std::max(c.rcv_wnd(), size));
  c.reassembly.hold(rest.seq, rest.seq + size);
  c.receive.put(0, rest.payload);
}

}  // namespace harness::engine
