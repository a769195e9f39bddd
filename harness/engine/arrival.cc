#include "harness/engine/arrival.h"

#include "harness/engine/arrival_icmp.h"
#include "harness/engine/buffers.h"
#include "harness/engine/calls.h"
#include "harness/engine/timers.h"
#include "harness/engine/transmit.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::engine {
namespace {

void arrive(Step& step, Arrival& arrival) {
  if (Connection* const connection = step.host.find(arrival.tuple)) {
    return connection->state == TcpState::SynSent ? arrive_syn_sent(step, *connection, arrival)
                                                  : arrive_synchronized(step, *connection, arrival);
  }
  if (Socket* const listener = step.host.listener_for(arrival.tuple.local)) {
    return arrive_listen(step, *listener, arrival);
  }
  arrive_closed(step, arrival);
}

}  // namespace

void arrive(Step& step, event::Span datagram) {
  const auto ip = wire::DatagramView::parse(datagram);
  if (!ip || ip->fragment()) return;
  // No answer goes to an address that is no single other host's (MUST-57, MUST-63).
  if (!step.host.ours(ip->destination()) || !step.host.valid_peer(ip->source())) return;
  if (!ip->header_checksum_ok()) return;
  if (ip->protocol() != wire::kProtocolTcp) return arrive_icmp(step, *ip);
  const auto view = wire::SegmentView::parse(ip->payload());
  if (!view || !view->data_offset_ok()) return;
  if (!wire::tcp_checksum_ok(*ip) && !step.broken(Defect::ChecksumUnchecked)) return;  // MUST-3
  Arrival arrival{.tuple = {.local = {ip->destination(), view->destination()},
                            .remote = {ip->source(), view->source()}},
                  .seq = view->seq(),
                  .ack = view->ack(),
                  .flags = view->flags(),
                  .urgent = view->urgent(),
                  .window = view->window(),
                  .left = view->seq(),
                  .mss = {},
                  .window_scale = {},
                  .timestamps = {},
                  .payload = view->payload(),
                  .ip_options = {}};
  if (ip->version() == wire::IpVersion::V4) arrival.ip_options = ip->extensions();
  if (!arrival.ip_options.empty() && !received_route(arrival.ip_options).complete) {
    return;  // For whoever comes last in it; we are no gateway.
  }
  arrival.bare = arrival.length() == 0;
  if (!read_options(step, *view, arrival)) return;
  arrive(step, arrival);
}

void arrive_synchronized(Step& step, Connection& c, Arrival& arrival) {
  // RFC 7323, 2.3: every window is scaled but that of a SYN.
  if (!arrival.flags.syn() && !step.broken(Defect::ScaleNotApplied)) arrival.window <<= c.snd_scale;
  if (c.state == TcpState::TimeWait && reopen(step, c, arrival)) return;
  if (arrival.flags.ack() && !arrival.flags.syn() && !arrival.flags.rst()) heard(step, c);
  if (!check_timestamps(step, c, arrival)) return;
  if (!check_sequence(step, c, arrival)) return;
  if (!check_reset(step, c, arrival)) return;
  if (!check_syn(step, c, arrival)) return;
  if (!arrival.ip_options.empty()) take_route(step, c, arrival);
  trim(step, c, arrival);
  if (!check_ack(step, c, arrival)) return;
  check_urgent(step, c, arrival);
  if (!process_text(step, c, arrival)) return;
  process_fin(step, c);
  wake(step, c);
  transmit(step, c);
  pay_ack(step, c);
  update_window(step, c);
}

}  // namespace harness::engine
