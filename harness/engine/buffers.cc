#include "harness/engine/buffers.h"

#include <algorithm>

#include "harness/engine/transmit.h"

namespace harness::engine {
namespace {

using wire::before;
using wire::distance;

// min(Fr * RCV.BUFF, Eff.snd.MSS) with Fr = 1/2
std::uint32_t worthwhile(const Step& step, const Connection& c) {
  if (step.broken(Defect::SillyReceiver)) return 1;
  return std::min(c.receive_limit / 2, c.mss);
}

void open_window(const Step& step, Connection& c, SeqNum edge) {
  if (before(c.rcv_edge, edge) && distance(c.rcv_edge, edge) >= worthwhile(step, c)) {
    c.rcv_edge = edge;
  }
}

}  // namespace

std::uint8_t scale_for(const Config& config, const SocketOptions& options) {
  if (!config.window_scaling) return 0;
  std::uint32_t most = options.receive_buffer;
  if (!options.receive_fixed) most = std::max(most, config.receive_buffer_most);
  std::uint8_t scale = 0;
  while (scale < kMostScale && most >> scale > kSynWindow) ++scale;
  return scale;
}

std::uint32_t receive_room(const Connection& c) {
  const std::uint32_t limit = c.receive_limit, used = c.receive.size();
  return std::min(limit > used ? limit - used : 0, kSynWindow << c.rcv_scale);
}

std::uint16_t advertise(const Step& step, Connection& c) {
  open_window(step, c, c.rcv_nxt + (receive_room(c) >> c.rcv_scale << c.rcv_scale));
  if (step.broken(Defect::WindowMovesBack) && !c.receive.empty()) {
    return static_cast<std::uint16_t>(std::min(c.rcv_wnd() >> c.rcv_scale, kSynWindow) / 2);
  }
  return static_cast<std::uint16_t>(std::min(c.rcv_wnd() >> c.rcv_scale, kSynWindow));
}

std::uint16_t advertise_unscaled(const Step& step, Connection& c) {
  open_window(step, c, c.rcv_nxt + std::min(receive_room(c), kSynWindow));
  return static_cast<std::uint16_t>(std::min(c.rcv_wnd(), kSynWindow));
}

void update_window(Step& step, Connection& c) {
  const bool receiving = c.state == TcpState::Established || c.state == TcpState::FinWait1 ||
                         c.state == TcpState::FinWait2;
  if (!receiving || c.fin_received) return;
  // Told at once only when it at least doubles what the peer knows of: until then it has enough.
  const std::uint32_t known = c.rcv_wnd(), room = receive_room(c) >> c.rcv_scale << c.rcv_scale;
  const bool enough = room / 2 < known && !step.broken(Defect::SillyReceiver);
  if (room > known && room - known >= worthwhile(step, c) && !enough) emit_ack(step, c);
}

void grow_receive_buffer(Step& step, Connection& c, std::uint32_t octets) {
  if (!c.scaling || c.options.receive_fixed) return;
  c.read_in_round += octets;
  if (c.read_in_round >= c.receive_limit / 2) {
    const std::uint32_t most =
        std::min(step.host.config.receive_buffer_most, kSynWindow << c.rcv_scale);
    c.receive_limit = std::max(c.receive_limit, std::min(2 * c.receive_limit, most));
  } else if (step.now - c.round_at <= c.round_trip.srtt) {
    return;
  }
  c.round_at = step.now;
  c.read_in_round = 0;
}

void grow_send_buffer(const Config& config, Connection& c) {
  if (c.options.send_fixed) return;
  const std::uint32_t wanted = std::min(c.congestion.window, c.snd_wnd);
  if (wanted <= c.send_limit / 2) return;
  c.send_limit = std::max(c.send_limit, std::min(2 * wanted, config.send_buffer_most));
}

}  // namespace harness::engine
