#include "harness/matrix/rig.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"
#include "harness/wire/tcp_of.h"

namespace harness::matrix {

using event::Call;
using event::Op;
using event::TcpState;
using namespace std::chrono_literals;
using wire::kAck;
using wire::kFin;
using wire::kSyn;

namespace {

constexpr wire::Port kService = 8080, kPeer = 40'001;
constexpr std::uint16_t kWindow = 65'535, kMss = 1460;
constexpr clock::Duration kStep = 1ms;        // Between two steps on the way to a state.
constexpr clock::Duration kPatience = 600ms;  // An ACK is delayed by less than 0.5 s (MUST-40).
constexpr std::uint16_t kMostPayload = 20;

constexpr auto kPayload = [] {
  std::array<std::byte, kMostPayload> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = std::byte(0x61 + i);
  return octets;
}();

}  // namespace

Rig::Rig(target::Target& target, const target::Host& host, std::uint32_t irs, event::Trace& trace)
    : target_(target),
      trace_(trace),
      local_{host.local, kService},
      remote_{host.remote, kPeer},
      seen_(trace.size()) {
  numbers_.irs = numbers_.rcv_nxt = irs;  // Until its SYN has come.
}

void Rig::reach(State state) {
  switch (state) {
    case State::Closed:
    case State::Listen:
      // There is no connection to have numbers.
      numbers_ = {.rcv_nxt = 1000,
                  .irs = 999,
                  .snd_una = 5000,
                  .snd_nxt = 5000,
                  .rcv_wnd = 65'535,
                  .iss = {}};
      if (state == State::Listen) listen();
      break;
    case State::SynSent:
    case State::SynReceivedActive:
      open_active();
      if (state == State::SynReceivedActive) send_syn();
      break;
    case State::SynReceived:
      listen();
      send_syn();
      from_listener_ = true;
      break;
    default:
      open_passive();
      break;
  }
  switch (state) {
    case State::EstablishedUnacked: {
      const auto octets = std::span{kPayload}.first(kOctetsInFlight);
      must({.fd = fd_, .op = Op::Send, .data = octets}, "send ten octets");
      break;
    }
    case State::FinWait1:
      close();
      break;
    case State::FinWait2:
    case State::TimeWait:
      close();
      segment(kAck);
      if (state == State::TimeWait) segment(kFin | kAck);
      break;
    case State::CloseWait:
    case State::LastAck:
      segment(kFin | kAck);
      read_to_the_end();
      quick_ack(fd_);  // Once more: Linux delays the ACK of this FIN all the same.
      await_acknowledgment();
      if (state == State::LastAck) close();
      break;
    case State::Closing: {
      close();
      // Their FINs cross: it does not acknowledge the target's.
      send(kFin | kAck, numbers_.rcv_nxt, numbers_.snd_una, 0, 0, false);
      ++numbers_.rcv_nxt;
      break;
    }
    default:
      break;
  }
  step();
  if (state == State::Closing || state == State::TimeWait) read_to_the_end();
  if (numbers_.iss && state != State::SynSent) await_acknowledgment();
}

std::int32_t Rig::socket() {
  const int domain = local_.address.version() == wire::IpVersion::V4 ? AF_INET : AF_INET6;
  return static_cast<std::int32_t>(
      must({.op = Op::Socket, .args = {domain, SOCK_STREAM, IPPROTO_TCP}}, "open a socket"));
}

void Rig::listen() {
  listener_ = socket();
  const auto endpoint = event::encode(local_);
  must({.fd = listener_, .op = Op::Bind, .data = endpoint}, "bind");
  must({.fd = listener_, .op = Op::Listen, .args = {8}}, "listen");
  must({.fd = listener_, .op = Op::Control, .args = {F_SETFL, O_NONBLOCK}}, "set O_NONBLOCK");
  quick_ack(listener_);
}

void Rig::open_passive() {
  listen();
  send_syn();
  step();
  segment(kAck);
  accept();
  if (fd_ < 0) throw std::runtime_error{"the target's accept() finds no connection"};
}

void Rig::open_active() {
  fd_ = socket();
  quick_ack(fd_);
  must({.fd = fd_, .op = Op::Control, .args = {F_SETFL, O_NONBLOCK}}, "set O_NONBLOCK");
  const auto endpoint = event::encode(remote_);
  const auto answer = call({.fd = fd_, .op = Op::Connect, .data = endpoint});
  if (!answer || answer->error != EINPROGRESS) {
    throw std::runtime_error{"the target's connect() does not begin to connect"};
  }
  step();
}

void Rig::accept() {
  const auto answer = call({.fd = listener_, .op = Op::Accept});
  if (!answer || answer->result < 0) return;
  fd_ = static_cast<std::int32_t>(answer->result);
  quick_ack(fd_);
}

// CLOSE, as the RFC has it: the application sends no more and still reads.
void Rig::close() {
  must({.fd = fd_, .op = Op::Shutdown, .args = {SHUT_WR}}, "shut down sending");
  step();
}

void Rig::read_to_the_end() {
  const auto answer = call({.fd = fd_, .op = Op::Receive, .args = {MSG_DONTWAIT, 1}});
  if (!answer || answer->result != 0) {
    throw std::runtime_error{"the target's application does not see the end of the stream"};
  }
  eof_ = true;
}

void Rig::quick_ack(std::int32_t fd) {
  must({.fd = fd, .op = Op::SetOption, .args = {IPPROTO_TCP, TCP_QUICKACK, 1}}, "set TCP_QUICKACK");
}

std::optional<Rig::Answer> Rig::call(Call made) {
  made.id = ++calls_;
  const std::uint32_t first = trace_.size();
  target_.submit(made, trace_);
  target_.collect(trace_);
  for (std::uint32_t i = first; i < trace_.size(); ++i) {
    if (trace_[i].kind != event::Kind::Reply) continue;
    const auto reply = trace_.reply(trace_[i]);
    if (reply.id != made.id) continue;
    return Answer{.result = reply.result, .error = reply.error, .data = reply.data};
  }
  return std::nullopt;
}

std::int64_t Rig::must(Call made, std::string_view what) {
  const auto answer = call(made);
  if (answer && answer->result >= 0) return answer->result;
  throw std::runtime_error{fmt::format("the target's application cannot {}: {}", what,
                                       answer ? std::strerror(answer->error) : "the call sleeps")};
}

void Rig::send(const Probe& probe) {
  note_emitted();
  send(probe.flags, number(probe.seq, numbers_), number(probe.ack, numbers_), probe.octets,
       probe.urgent, false);
}

void Rig::send(wire::Flags flags, std::uint32_t seq, std::uint32_t ack, std::uint16_t octets,
               std::uint16_t urgent, bool syn_options) {
  wire::Segment segment;
  segment.source = remote_.port;
  segment.destination = local_.port;
  segment.seq = wire::SeqNum{seq};
  segment.ack = wire::SeqNum{ack};
  segment.flags = flags;
  segment.window = kWindow;
  segment.urgent = urgent;
  if (syn_options) segment.mss = kMss;
  segment.payload = std::span{kPayload}.first(octets);
  const wire::IpHeader ip{.source = remote_.address, .destination = local_.address};
  const auto room = trace_.reserve(wire::datagram_size(ip, segment));
  wire::write(ip, segment, room.bytes);
  const auto record =
      trace_.append_new_packet(event::Kind::PeerPacket, target_.now(), event::Direction::ToTarget,
                               room.body, event::kNoRecord);
  target_.submit(trace_.packet(trace_[record]), trace_);
  target_.collect(trace_);
}

void Rig::send_syn() {
  send(kSyn, numbers_.irs, 0, 0, 0, true);
  ++numbers_.rcv_nxt;
}

void Rig::segment(wire::Flags flags) {
  note_emitted();
  send(flags, numbers_.rcv_nxt, numbers_.snd_nxt, 0, 0, false);
  numbers_.snd_una = numbers_.snd_nxt;
  in_flight_since_.reset();
  if (flags.fin()) ++numbers_.rcv_nxt;
  step();
}

// What it still owes would be taken for an answer to the probe.
void Rig::await_acknowledgment() {
  const auto until = target_.now() + kPatience;
  note_emitted();
  while (acknowledged_ != numbers_.rcv_nxt) {
    if (target_.now() >= until) {
      throw std::runtime_error{"the target does not acknowledge what it was sent"};
    }
    step();
  }
}

void Rig::step() {
  watch(target_.now() + kStep);
  note_emitted();
}

void Rig::watch(clock::Instant until) {
  target_.collect(trace_);
  while (target_.now() < until) {
    target_.wait(std::min(until, target_.next_deadline().value_or(until)));
    target_.collect(trace_);
  }
}

// What the segments say of the target's numbers.
void Rig::note_emitted() {
  for (; seen_ < trace_.size(); ++seen_) {
    const event::Record& record = trace_[seen_];
    if (record.kind != event::Kind::Packet || record.direction != event::Direction::FromTarget) {
      continue;
    }
    const auto seen = wire::tcp_of(trace_.body(record));
    const auto segment = seen ? wire::read(seen->tcp) : std::unexpected(wire::SegmentError::Short);
    if (!segment) continue;
    if (segment->flags.syn()) {
      local_.port = segment->source;
      if (!numbers_.iss) numbers_.snd_una = numbers_.snd_nxt = segment->seq.raw();
      numbers_.iss = segment->seq.raw();
    }
    const std::uint32_t end = segment->seq.raw() + segment->length();
    if (wire::before(wire::SeqNum{numbers_.snd_nxt}, wire::SeqNum{end})) {
      numbers_.snd_nxt = end;
      if (!in_flight_since_) in_flight_since_ = record.at;
    }
    // The window's edge is told from RCV.NXT, which the peer knows; it never moves back.
    const std::uint32_t from = segment->flags.ack() ? segment->ack.raw() : numbers_.rcv_nxt;
    const std::uint32_t edge = from + segment->window;
    if (segment->flags.ack()) acknowledged_ = segment->ack.raw();
    if (!any_emitted_ || wire::before(wire::SeqNum{edge_}, wire::SeqNum{edge})) edge_ = edge;
    any_emitted_ = true;
  }
  if (any_emitted_) numbers_.rcv_wnd = edge_ - numbers_.rcv_nxt;
}

std::optional<TcpState> Rig::status(std::int32_t fd) {
  const auto tuple = event::encode(wire::FourTuple{.local = local_, .remote = remote_});
  const auto answer =
      call({.fd = fd, .op = Op::Status, .data = fd < 0 ? event::Span{tuple} : event::Span{}});
  if (!answer) throw std::runtime_error{"the target does not tell the state of a connection"};
  if (answer->result < 0 && answer->error == ENOENT) return std::nullopt;
  const auto status = event::decode_status(answer->data);
  if (answer->result < 0 || !status || !status->state()) {
    throw std::runtime_error{fmt::format("the target cannot tell the state of a connection: {}",
                                         std::strerror(answer->error))};
  }
  return status->state();
}

TcpState Rig::state() {
  const auto connection = status(-1);
  if (connection && *connection != TcpState::Closed) return *connection;
  if (listener_ >= 0 && (from_listener_ || !numbers_.iss)) {
    return status(listener_).value_or(TcpState::Closed);
  }
  return TcpState::Closed;
}

Rig::Found Rig::look() {
  Found found;
  if (fd_ < 0 && listener_ >= 0) accept();
  if (fd_ < 0) return found;
  constexpr std::int64_t kAtOnce = 4096;
  while (!eof_) {
    const auto answer = call({.fd = fd_, .op = Op::Receive, .args = {MSG_DONTWAIT, kAtOnce}});
    if (!answer || (answer->result < 0 && (answer->error == EAGAIN || answer->error == ENOTCONN))) {
      break;
    }
    if (answer->result < 0) {
      found.application = strerrorname_np(answer->error);
      return found;
    }
    if (answer->result == 0) {
      found.application = "EOF";
      return found;
    }
    found.octets += static_cast<std::uint32_t>(answer->result);
  }
  // Behind the end of the stream only this tells of a reset.
  const auto answer = call({.fd = fd_, .op = Op::GetOption, .args = {SOL_SOCKET, SO_ERROR, 4}});
  int error = 0;
  if (answer && answer->data.size() == sizeof error) {
    std::memcpy(&error, answer->data.data(), sizeof error);
  }
  if (error != 0) found.application = strerrorname_np(error);
  return found;
}

}  // namespace harness::matrix
