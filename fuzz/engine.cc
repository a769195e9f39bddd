// Octets as segments, calls and time for one engine: whatever comes in whatever order, what it
// sends is well formed and agrees with itself, and once its applications are gone it comes to rest.

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <vector>

#include "fuzz/target.h"
#include "harness/base/check.h"
#include "harness/engine/profile.h"
#include "harness/engine/stack.h"
#include "harness/event/status.h"
#include "harness/event/trace.h"
#include "harness/wire/checksum.h"
#include "harness/wire/craft.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/segment.h"

namespace fuzz {
namespace {

using namespace harness;
using namespace std::chrono_literals;
using clock::Instant;
using event::Op;
using event::TcpState;

constexpr std::string_view kAims[] = {"SYN-SENT",
                                      "SYN-RECEIVED",
                                      "ESTABLISHED",
                                      "FIN-WAIT-1",
                                      "FIN-WAIT-2",
                                      "CLOSE-WAIT",
                                      "CLOSING",
                                      "LAST-ACK",
                                      "TIME-WAIT",
                                      "a reset is sent",
                                      "text is sent",
                                      "text is sent again",
                                      "text is read",
                                      "a timer",
                                      "IPv6",
                                      "the rfc profile",
                                      "the linux-like profile",
                                      "the minimal profile",
                                      "an ICMP error",
                                      "a source route"};

#define REACH(name) reach(find_aim(kAims, name))

constexpr wire::Port kService = 8080, kFirstPeer = 40'000;
constexpr std::size_t kPeers = 3, kMostSteps = 4000, kMostOctets = std::size_t{1} << 24;
constexpr int kMostTimers = 200'000;

// What is left of the input; zeros behind its end.
class Input {
 public:
  explicit Input(std::span<const std::byte> octets) : octets_(octets) {}
  bool empty() const { return octets_.empty(); }
  std::uint8_t octet() {
    if (empty()) return 0;
    const auto value = std::to_integer<std::uint8_t>(octets_[0]);
    octets_ = octets_.subspan(1);
    return value;
  }
  std::uint16_t two() { return static_cast<std::uint16_t>(octet() << 8 | octet()); }
  std::uint32_t four() { return std::uint32_t{two()} << 16 | two(); }
  std::span<const std::byte> some(std::size_t most) {
    const auto taken = octets_.first(std::min(most, octets_.size()));
    octets_ = octets_.subspan(taken.size());
    return taken;
  }

 private:
  std::span<const std::byte> octets_;
};

// The peer at one port: where both streams are, as far as he has seen.
struct Peer {
  std::uint32_t seq = 0xFFFF'FFF0u, ack = 0;
  std::uint32_t tsval = 0xFFFF'FFF0u, tsecr = 0;
  wire::Port at = kService;  // The engine's port.
  std::optional<std::uint32_t> iss;
  std::map<std::uint32_t, std::byte> seen;  // Text, by its distance from the ISS.
};

class Play {
 public:
  Play(Input input, event::Trace& trace) : input_(input), stack_(make(input_)), trace_(trace) {}

  void play() {
    call({.op = Op::Socket, .args = {six_ ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0}});
    const auto endpoint = event::encode(local());
    call({.fd = 3, .op = Op::Bind, .data = endpoint});
    call({.fd = 3, .op = Op::Listen, .args = {2}});
    for (std::size_t i = 0; i < kMostSteps && !input_.empty() && trace_.octets() < kMostOctets;
         ++i) {
      const auto what = input_.octet();
      if (what < 0x90) {
        segment(what);
      } else if (what < 0xE0) {
        application();
      } else if (what < 0xF8) {
        pass(std::chrono::milliseconds{1 << (what & 15)});
      } else if (what < 0xFC) {
        icmp();
      } else {
        take_ip_options();
        segment(input_.octet() % 0x90);
        ip_options_.clear();
      }
    }
    come_to_rest();
  }

 private:
  engine::Stack make(Input& input) {
    const auto choice = input.octet();
    const auto all = engine::profiles();
    const auto which = choice % all.size();
    if (all[which].name == "rfc") REACH("the rfc profile");
    if (all[which].name == "linux-like") REACH("the linux-like profile");
    if (all[which].name == "minimal") REACH("the minimal profile");
    six_ = (choice & 0x80) != 0;
    if (six_) REACH("IPv6");
    auto config = all[which].config();
    config.addresses = {local().address};
    config.mtu = (choice & 0x40) != 0 ? 1280 : 1500;
    mtu_ = config.mtu;
    if ((choice & 0x20) != 0) config.receive_buffer = config.receive_buffer_most = 3000;
    if ((choice & 0x10) != 0) config.send_buffer = config.send_buffer_most = 5000;
    return engine::Stack{config, base::Rng{1}};
  }
  wire::Endpoint local() const {
    return {six_ ? wire::IpAddress::v6(0x2001'0DB8'0001'0000, 1) : wire::IpAddress::v4(0xC000'0201),
            kService};
  }
  wire::Endpoint remote(std::size_t peer) const {
    return {six_ ? wire::IpAddress::v6(0x2001'0DB8'0002'0000, 1) : wire::IpAddress::v4(0xC633'6401),
            static_cast<wire::Port>(kFirstPeer + peer)};
  }

  template <class Step>
  void step(Step&& take) {
    engine::Out out{trace_, now_, event::kNoRecord};
    take(out);
    look();
    const auto due = stack_.next_deadline();
    CHECK(!due || *due >= kStartOfTime);
  }
  void call(event::Call made) {
    made.id = ++calls_;
    // Data of a call that waits stays where it is.
    made.data = trace_.keep_span(made.data);
    step([&](engine::Out& out) { stack_.step(now_, made, out); });
  }
  void deliver(event::Span datagram) {
    step([&](engine::Out& out) { stack_.step(now_, datagram, out); });
  }

  static std::uint32_t near(std::uint8_t code, std::uint32_t base, Input& input) {
    constexpr std::array<std::uint32_t, 14> kSteps = {
        0, 0, 0, 0, 1, 0u - 1, 10, 0u - 10, 536, 1460, 3000, 0u - 3000, 65'535, 0u - 65'536};
    if (code % 16 < kSteps.size()) return base + kSteps[code % 16];
    return code % 16 == 14 ? base + input.two() : input.four();
  }

  void segment(std::uint8_t what) {
    constexpr wire::Flags kUsual[] = {wire::kSyn,
                                      wire::kAck,
                                      wire::kAck | wire::kPsh,
                                      wire::kFin | wire::kAck,
                                      wire::kSyn | wire::kAck,
                                      wire::kRst};
    const std::size_t number = what % kPeers;
    Peer& peer = peers_[number];
    last_peer_ = number;
    const auto kind = what / kPeers % 8;
    const auto places = input_.octet(), size = input_.octet();
    wire::Segment segment;
    segment.flags = kind < 6 ? kUsual[kind] : wire::Flags{input_.octet()};
    segment.source = remote(number).port;
    segment.destination = peer.at;
    segment.seq = wire::SeqNum{near(places & 15, peer.seq, input_)};
    segment.ack = wire::SeqNum{near(places >> 4, peer.ack, input_)};
    segment.window = (size & 0x40) != 0 ? input_.two() : 65'535;
    segment.urgent = (size & 0x30) == 0x10 ? input_.two() : 0;
    if (segment.flags.syn() && (size & 0x20) != 0) {
      const auto offered = input_.octet();
      segment.mss = static_cast<std::uint16_t>(offered & 1 ? 1460 : input_.two());
      if ((offered & 2) != 0) segment.window_scale = static_cast<std::uint8_t>(offered >> 4);
      segment.sack_permitted = (offered & 4) != 0;
      if ((offered & 8) != 0) segment.timestamps = {peer.tsval, 0};
    } else if ((size & 0x20) != 0) {
      const auto some = input_.octet();
      if ((some & 1) != 0) segment.timestamps = {peer.tsval += some >> 4, peer.tsecr};
      if ((some & 2) != 0) {
        segment.sack_count = 1;
        segment.sack[0] = {wire::SeqNum{near(input_.octet(), peer.ack, input_)},
                           wire::SeqNum{near(input_.octet(), peer.ack, input_)}};
      }
    }
    std::span<const std::byte> raw;
    if ((size & 0x80) != 0) raw = input_.some(input_.octet() % 41);
    segment.options = raw;
    const std::vector<std::byte> text((size & 3) == 0   ? 0
                                      : (size & 3) == 1 ? 1
                                      : (size & 3) == 2 ? 536
                                                        : std::size_t{input_.octet()} * 8,
                                      std::byte{'x'});
    segment.payload = text;
    const wire::IpHeader ip{.source = remote(number).address, .destination = local().address};
    auto datagram = wire::craft({}, ip, segment);
    if (!ip_options_.empty() && !six_) put_in(ip_options_, datagram);
    const auto room = trace_.reserve(datagram.size());
    std::ranges::copy(datagram, room.bytes.begin());
    if ((places & 3) != 3) peer.seq = segment.seq.raw() + segment.length();
    deliver(trace_.body(room.body));
  }

  // Of the next segment: a source route that has been taken, or anything.
  void take_ip_options() {
    const auto how = input_.octet();
    if ((how & 1) == 0) {
      const auto some = input_.some(how / 2 % 41);
      ip_options_.assign(some.begin(), some.end());
      ip_options_.resize((some.size() + 3) / 4 * 4);
      return;
    }
    const std::size_t hops = how / 4 % 9 + 1u;
    ip_options_.assign(4 * hops + 4, std::byte{0});
    ip_options_[0] = std::byte((how & 2) != 0 ? 131 : 137);
    ip_options_[1] = std::byte(4 * hops + 3);
    ip_options_[2] = std::byte(4 * hops + 4);
    for (std::size_t i = 0; i < hops; ++i) {
      base::store32(&ip_options_[4 * i + 3], 0x0A00'0000u | input_.octet());
    }
  }
  static void put_in(std::span<const std::byte> options, base::Bytes& datagram) {
    datagram.insert(datagram.begin() + 20, options.begin(), options.end());
    const std::size_t header = 20 + options.size();
    datagram[0] = std::byte(0x40 | header / 4);
    base::store16(&datagram[2], static_cast<std::uint16_t>(datagram.size()));
    base::store16(&datagram[10], 0);
    wire::Checksum sum;
    sum.add(std::span{datagram}.first(header));
    base::store16(&datagram[10], sum.value());
  }

  void application() {
    constexpr Op kOps[] = {Op::Accept,  Op::Send,     Op::Send,      Op::Receive,
                           Op::Receive, Op::Shutdown, Op::Close,     Op::Abort,
                           Op::Status,  Op::Poll,     Op::SetOption, Op::GetOption,
                           Op::Control, Op::Connect,  Op::Socket,    Op::Listen};
    const auto which = input_.octet();
    const int fd = 3 + (which >> 4) % 6;
    event::Call made{.fd = fd, .op = kOps[which % std::size(kOps)]};
    std::array<std::byte, event::kEndpointSize> endpoint{};
    std::vector<std::byte> text;
    switch (made.op) {
      case Op::Send:
        text.resize(std::size_t{input_.octet()} * 32);
        for (auto& octet : text) octet = std::byte(written_++ % 251);
        made.data = text;
        break;
      case Op::Receive:
        made.args = {0, std::int64_t{input_.octet()} * 64};
        break;
      case Op::Shutdown:
        made.args = {input_.octet() % 4};
        break;
      case Op::Connect:
        endpoint = event::encode(remote(input_.octet() % kPeers));
        made.data = endpoint;
        break;
      case Op::Socket:
        made.args = {six_ ? AF_INET6 : AF_INET,
                     SOCK_STREAM | ((input_.octet() & 1) != 0 ? SOCK_NONBLOCK : 0), 0};
        break;
      case Op::Listen:
        made.args = {input_.octet() % 4};
        break;
      case Op::Control:
        made.args = {F_SETFL, (input_.octet() & 1) != 0 ? O_NONBLOCK : 0};
        break;
      default:
        made.args = {(which & 1) != 0 ? SOL_SOCKET : IPPROTO_TCP, input_.octet() % 64,
                     made.op == Op::SetOption ? input_.two() : 4};
        break;
    }
    call(made);
  }

  // An error about what was sent last.
  void icmp() {
    if (last_sent_.length == 0) return;
    REACH("an ICMP error");
    const auto quote = trace_.body(last_sent_).first(std::min<std::size_t>(last_sent_.length, 64));
    const std::size_t head = six_ ? 40 : 20, length = head + 8 + quote.size();
    const auto room = trace_.reserve(length);
    std::byte* const at = room.bytes.data();
    std::ranges::fill(room.bytes, std::byte{0});
    const auto from = remote(0).address, to = local().address;
    if (six_) {
      base::store32(at, 6u << 28);
      base::store16(at + 4, static_cast<std::uint16_t>(length - head));
      base::store16(at + 6, 58 << 8 | 64);
      from.store(at + 8);
      to.store(at + 24);
    } else {
      base::store16(at, 0x4500);
      base::store16(at + 2, static_cast<std::uint16_t>(length));
      base::store16(at + 8, 64 << 8 | 1);
      from.store(at + 12);
      to.store(at + 16);
      wire::Checksum sum;
      sum.add({at, 20});
      base::store16(at + 10, sum.value());
    }
    std::byte* const message = at + head;
    base::store16(message, input_.two());
    base::store32(message + 4, input_.two());
    std::ranges::copy(quote, message + 8);
    wire::Checksum sum;
    if (six_) {
      sum.add(room.bytes.subspan(8, 32));
      std::array<std::byte, 8> rest{};
      base::store32(rest.data(), static_cast<std::uint32_t>(length - head));
      base::store32(rest.data() + 4, 58);
      sum.add(rest);
    }
    sum.add(room.bytes.subspan(head));
    base::store16(message + 2, sum.value());
    deliver(room.bytes);
  }

  void pass(clock::Duration time) {
    const Instant until = now_ + time;
    int fired = 0;
    for (auto due = stack_.next_deadline(); due && *due <= until; due = stack_.next_deadline()) {
      CHECK(++fired < kMostTimers);  // Else time stands still.
      now_ = std::max(now_, *due);
      REACH("a timer");
      step([&](engine::Out& out) { stack_.step(now_, out); });
    }
    now_ = until;
  }

  void look() {
    for (; seen_ < trace_.size(); ++seen_) {
      const event::Record record = trace_[seen_];
      if (record.kind == event::Kind::Packet) {
        sent(record.body);
      } else if (record.kind == event::Kind::Reply) {
        const auto reply = trace_.reply(record);
        CHECK(reply.id > 0 && reply.id <= calls_ && answered_[reply.id]++ == 0);
        if (reply.result > 0 && !reply.data.empty()) REACH("text is read");
      }
    }
    aim(last_peer_);
  }

  void sent(event::Body body) {
    const auto octets = trace_.body(body);
    CHECK(octets.size() <= mtu_);
    const auto ip = wire::DatagramView::parse(octets);
    CHECK(ip && ip->header_checksum_ok() && ip->protocol() == wire::kProtocolTcp);
    CHECK(ip->source() == local().address && destination(*ip) == remote(0).address);
    CHECK(wire::tcp_checksum(ip->source(), remote(0).address, ip->payload()) == 0);
    const auto view = wire::SegmentView::parse(ip->payload());
    CHECK(view && view->data_offset_ok() && view->reserved() == 0);
    const auto segment = wire::read(*view);
    CHECK(segment && !segment->options_broken);
    last_sent_ = body;
    const std::size_t number = segment->destination - std::size_t{kFirstPeer};
    if (number >= kPeers) return;
    Peer& peer = peers_[number];
    if (segment->flags.rst()) {
      REACH("a reset is sent");
      CHECK(segment->payload.empty());
      return;
    }
    if (segment->flags.syn()) {
      CHECK(segment->payload.empty() && !segment->flags.fin());
      // Nothing of this connection was sent before; an earlier one may have had the same ISS, when
      // no time has passed since (RFC 6528, 3).
      peer.seen.clear();
      peer.iss = segment->seq.raw();
      peer.at = segment->source;
    }
    if (segment->timestamps) peer.tsecr = segment->timestamps->val;
    peer.ack = segment->seq.raw() + segment->length();
    text(peer, *segment);
  }

  // By a source route it comes last (RFC 791, 3.1).
  static wire::IpAddress destination(const wire::DatagramView& ip) {
    const auto options = ip.extensions();
    if (ip.version() == wire::IpVersion::V6 || options.empty()) return ip.destination();
    REACH("a source route");
    const auto kind = base::load8(options.data());
    CHECK((kind == 131 || kind == 137) && base::load8(&options[1]) == options.size() - 1);
    CHECK(base::load8(&options[2]) == 4 && base::load8(&options.back()) == 0);
    return wire::IpAddress::v4(base::load32(&options[options.size() - 5]));
  }

  // An octet that was sent is the same whenever it is sent again.
  void text(Peer& peer, const wire::Segment& segment) {
    if (segment.payload.empty() || !peer.iss || peer.at != segment.source) return;
    REACH("text is sent");
    for (std::size_t i = 0; i < segment.payload.size(); ++i) {
      const auto at = segment.seq.raw() + static_cast<std::uint32_t>(i) - *peer.iss;
      const auto [found, first] = peer.seen.try_emplace(at, segment.payload[i]);
      CHECK(found->second == segment.payload[i]);
      if (!first && i == 0) REACH("text is sent again");
    }
  }

  void aim(std::size_t number) {
    const wire::FourTuple tuple{.local = {local().address, peers_[number].at},
                                .remote = remote(number)};
    const auto encoded = event::encode(tuple);
    const auto first = trace_.size();
    engine::Out out{trace_, now_, event::kNoRecord};
    stack_.step(now_, event::Call{.id = 0, .op = Op::Status, .data = encoded}, out);
    CHECK(trace_.size() == first + 1);
    seen_ = trace_.size();
    const auto reply = trace_.reply(trace_[first]);
    const auto status = event::decode_status(reply.data);
    if (reply.result < 0 || !status || !status->state()) return;
    switch (*status->state()) {
      case TcpState::SynSent:
        REACH("SYN-SENT");
        break;
      case TcpState::SynReceived:
        REACH("SYN-RECEIVED");
        break;
      case TcpState::Established:
        REACH("ESTABLISHED");
        break;
      case TcpState::FinWait1:
        REACH("FIN-WAIT-1");
        break;
      case TcpState::FinWait2:
        REACH("FIN-WAIT-2");
        break;
      case TcpState::CloseWait:
        REACH("CLOSE-WAIT");
        break;
      case TcpState::Closing:
        REACH("CLOSING");
        break;
      case TcpState::LastAck:
        REACH("LAST-ACK");
        break;
      case TcpState::TimeWait:
        REACH("TIME-WAIT");
        break;
      default:
        break;
    }
  }

  // Every application closes; then, in the end, there is nothing to wait for any more.
  void come_to_rest() {
    for (std::int32_t fd = 3; fd < 64; ++fd) call({.fd = fd, .op = Op::Close});
    pass(std::chrono::hours{72});
    CHECK(!stack_.next_deadline());
    for (const auto& [id, times] : answered_) CHECK(times == 1);
  }

  static constexpr Instant kStartOfTime{};

  Input input_;
  bool six_ = false;
  std::size_t mtu_ = 0;
  Instant now_{};
  engine::Stack stack_;
  event::Trace& trace_;
  std::uint32_t seen_ = 0, calls_ = 0;
  std::map<std::uint32_t, int> answered_;
  std::array<Peer, kPeers> peers_;
  event::Body last_sent_;
  std::size_t last_peer_ = 0;
  base::Bytes ip_options_;
  std::uint64_t written_ = 0;
};

}  // namespace

std::span<const std::string_view> aims() { return kAims; }

void one_input(std::span<const std::byte> octets) {
  static event::Trace trace;  // It keeps its room from input to input.
  trace.clear();
  Play{Input{octets}, trace}.play();
}

}  // namespace fuzz
