#pragma once

#include <gtest/gtest.h>

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/check.h"
#include "harness/clock/print.h"
#include "harness/event/end.h"
#include "harness/event/print.h"
#include "harness/event/start.h"
#include "harness/event/status.h"
#include "harness/event/stream.h"
#include "harness/event/trace.h"
#include "harness/model/explain.h"
#include "harness/model/model.h"
#include "harness/wire/craft.h"
#include "harness/wire/icmp.h"

namespace harness::model {

// A conversation as lines, each an event at the target's edge; numbers count from the ISNs:
//
//   "< S 0 win 65535 mss 1460"      the peer's segment arrives
//   "+.1 > P. 1 len 100 ack 1"      a tenth of a second later the target sends 100 octets
//   "write 100", "read 100", "close", "shut", "eof", "error recv 104", "state ESTABLISHED" ...
//
// In a segment: flags (FSRP.UEWA), seq, then `ack N`, `len N`, `win N`, `mss N`, `ws N`, `ts V/E`,
// `sackok`, `sack A:B`, `port N`, `badsum`, `reserved N`, `urg N`, `doff N`, `wrong N` (that octet
// of the payload is another), `many` (to all hosts), `slow N` (seen within N us).
//   "< icmp 3 1 0"                  an ICMP error of type 3, code 1, quotes the target's segment 0;
//                                   `mtu N` stands in it, `badsum` makes it one that is broken
using Lines = std::vector<std::string>;

class Conversation {
 public:
  static constexpr std::uint32_t kPeerIsn = 4294967290, kTargetIsn = 7'000'000;

  explicit Conversation(const Lines& lines) {
    event::Start start;
    start.set("target", "test");
    start.set("local", "192.0.2.1");
    start.set("remote", "198.51.100.1");
    start.set("mtu", "1500");
    start.set("can", "virtual-time");
    event::append(trace_, now_, start);
    for (const auto& line : lines) play(line);
    event::append(trace_, now_, event::End{});
  }

  const event::Trace& trace() const { return trace_; }

 private:
  std::string_view word() {
    const auto from = rest_.find_first_not_of(' ');
    if (from == rest_.npos) return rest_ = {};
    const auto to = std::min(rest_.find(' ', from), rest_.size());
    const auto found = rest_.substr(from, to - from);
    rest_.remove_prefix(to);
    return found;
  }
  std::uint32_t number() { return number(word()); }
  static std::uint32_t number(std::string_view text) {
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    CHECK(read.ec == std::errc{});
    return static_cast<std::uint32_t>(value);
  }

  void play(std::string_view line) {
    rest_ = line;
    auto first = word();
    if (first.starts_with('+')) {
      now_ += clock::parse_seconds(first.substr(1)).value();
      first = word();
    }
    if (first.empty()) return;
    if (first == "<" && rest_.starts_with(" icmp ")) {
      word();
      icmp();
    } else if (first == "<" || first == ">") {
      segment(first == "<");
    } else {
      call(first);
    }
  }

  void segment(bool in) {
    static constexpr std::string_view kLetters = "FSRP.UEWA";
    wire::SegmentSpec spec;
    wire::Flags flags;
    for (const char c : word()) {
      if (c != '-') flags.bits = static_cast<std::uint16_t>(flags.bits | 1u << kLetters.find(c));
    }
    const std::uint32_t seq = number();
    std::uint32_t length = 0, wrong = 0, slow = 0;
    wire::Port port = 40000;
    base::Bytes options;
    bool bad = false, raw = false, many = false;
    const auto put = [&](std::initializer_list<unsigned> octets) {
      for (const unsigned o : octets) options.push_back(static_cast<std::byte>(o));
    };
    const auto put32 = [&](std::uint32_t v) {
      put({v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255});
    };
    std::uint32_t own = in ? kPeerIsn : kTargetIsn, other = in ? kTargetIsn : kPeerIsn;
    spec.window = 65535;
    for (auto key = word(); !key.empty(); key = word()) {
      if (key == "ack") {
        spec.ack = number() + other;
      } else if (key == "len") {
        length = number();
      } else if (key == "win") {
        spec.window = static_cast<std::uint16_t>(number());
      } else if (key == "mss") {
        const auto mss = number();
        put({2, 4, mss >> 8, mss & 255});
      } else if (key == "ws") {
        put({1, 3, 3, number()});
      } else if (key == "sackok") {
        put({1, 1, 4, 2});
      } else if (key == "ts") {
        const auto value = word();
        const auto slash = value.find('/');
        put({1, 1, 8, 10});
        put32(number(value.substr(0, slash)));
        put32(number(value.substr(slash + 1)));
      } else if (key == "sack") {
        const auto value = word();
        const auto colon = value.find(':');
        put({1, 1, 5, 10});
        put32(number(value.substr(0, colon)) + other);
        put32(number(value.substr(colon + 1)) + other);
      } else if (key == "opt") {
        put({number()});
      } else if (key == "doff") {
        spec.data_offset = static_cast<std::uint8_t>(number());
      } else if (key == "urg") {
        spec.urgent = static_cast<std::uint16_t>(number());
      } else if (key == "port") {
        port = static_cast<wire::Port>(number());
      } else if (key == "reserved") {
        spec.reserved = static_cast<std::uint8_t>(number());
      } else if (key == "isn") {
        own = number();
      } else if (key == "raw") {  // The numbers are as on the wire.
        raw = true;
      } else if (key == "many") {  // To all hosts.
        many = true;
      } else if (key == "wrong" || key == "slow") {
        (key == "slow" ? slow : wrong) = number();
      } else {
        CHECK(key == "badsum");
        bad = true;
      }
    }
    while (options.size() % 4 != 0) options.push_back(std::byte{1});
    spec.flags = flags;
    spec.seq = raw ? seq : seq + own;
    if (raw && spec.ack) spec.ack = *spec.ack - other;
    spec.source = in ? port : wire::Port{8080};
    spec.destination = in ? wire::Port{8080} : port;
    if (!options.empty()) spec.options = options;
    if (bad) spec.checksum_flip = 1;
    spec.payload.emplace(length);
    event::fill_stream(*spec.payload, seq + flags.syn() - 1,
                       in ? event::kFromPeer : event::kFromApplication);
    if (wrong > 0) spec.payload->at(wrong - 1) ^= std::byte{1};
    const wire::IpHeader ip{.source = in ? peer() : target(),
                            .destination = many ? wire::IpAddress::v4(0xE0000001)
                                           : in ? target()
                                                : peer()};
    const auto body = trace_.keep(wire::craft(spec, ip, {}));
    trace_.append_new_packet(event::Kind::Packet, now_,
                             in ? event::Direction::ToTarget : event::Direction::FromTarget, body,
                             event::kNoRecord, slow * 1000);
  }

  void icmp() {
    wire::IcmpMessage message{.type = static_cast<std::uint8_t>(number()),
                              .code = static_cast<std::uint8_t>(number())};
    wire::SegmentSpec about{.source = 8080, .destination = 40000};
    about.seq = number() + kTargetIsn;
    for (auto key = word(); !key.empty(); key = word()) {
      if (key == "mtu") {
        message.rest = number();
      } else {
        CHECK(key == "badsum");
        message.checksum = 0x1234;
      }
    }
    const auto quoted = wire::craft(about, {.source = target(), .destination = peer()}, {});
    message.quote = wire::quote_of(quoted);
    const wire::IpHeader ip{.source = peer(), .destination = target()};
    trace_.append_new_packet(event::Kind::Packet, now_, event::Direction::ToTarget,
                             trace_.keep(wire::craft(ip, message)), event::kNoRecord);
  }

  std::uint32_t call(event::Call call, event::Reply reply) {
    call.id = reply.id = ++calls_;
    trace_.append({.at = now_}, call);
    trace_.append({.at = now_}, reply);
    return calls_;
  }

  void call(std::string_view name) {
    using event::Op;
    base::Bytes octets;
    const auto here = event::encode(wire::Endpoint{target(), 8080});
    const auto there = event::encode(wire::Endpoint{peer(), 40000});
    const auto tuple = event::encode(wire::FourTuple{{target(), 8080}, {peer(), 40000}});
    if (name == "listen") {
      call({.op = Op::Socket, .args = {2, 1, 6}}, {.result = 3});
      call({.fd = 3, .op = Op::Bind, .data = here}, {});
      call({.fd = 3, .op = Op::Listen, .args = {8, 0, 0}}, {});
    } else if (name == "connect") {
      call({.op = Op::Socket, .args = {2, 1, 6}}, {.result = 4});
      call({.fd = 4, .op = Op::Bind, .data = here}, {});
      if (!rest_.empty()) call({.fd = 4, .op = Op::SetOption, .args = {6, 18, number()}}, {});
      pending_ = ++calls_;
      trace_.append({.at = now_},
                    event::Call{.id = pending_, .fd = 4, .op = Op::Connect, .data = there});
    } else if (name == "connected") {
      const auto error = rest_.empty() ? 0 : static_cast<std::int32_t>(number());
      trace_.append(
          {.at = now_},
          event::Reply{
              .id = pending_, .result = error != 0 ? -1 : 0, .error = error, .data = tuple});
    } else if (name == "accept") {
      const auto port = static_cast<wire::Port>(rest_.empty() ? 40000 : number());
      const auto which = event::encode(wire::FourTuple{{target(), 8080}, {peer(), port}});
      call({.fd = 3, .op = Op::Accept}, {.result = 4, .data = which});
    } else if (name == "write") {
      octets.resize(number());
      event::fill_stream(octets, written_, event::kFromApplication);
      written_ += octets.size();
      const auto result = static_cast<std::int64_t>(octets.size());
      const auto how = word();
      const std::int64_t flags = how == "oob" ? 1 : how == "more" ? 0x8000 : 0;
      call({.fd = 4, .op = Op::Send, .args = {flags}, .data = octets}, {.result = result});
    } else if (name == "read") {
      octets.resize(number());
      event::fill_stream(octets, read_, event::kFromPeer);
      read_ += octets.size();
      if (word() == "wrong") octets.front() ^= std::byte{1};
      const auto result = static_cast<std::int64_t>(octets.size());
      call({.fd = 4, .op = Op::Receive, .args = {0, 9000, 0}}, {.result = result, .data = octets});
    } else if (name == "reads") {  // And waits; "woken N" is the answer.
      pending_ = ++calls_;
      trace_.append({.at = now_},
                    event::Call{.id = pending_, .fd = 4, .op = Op::Receive, .args = {0, 9000, 0}});
    } else if (name == "woken") {
      octets.resize(number());
      event::fill_stream(octets, read_, event::kFromPeer);
      read_ += octets.size();
      const auto result = static_cast<std::int64_t>(octets.size());
      trace_.append({.at = now_}, event::Reply{.id = pending_, .result = result, .data = octets});
    } else if (name == "eof") {
      call({.fd = 4, .op = Op::Receive, .args = {0, 100, 0}}, {});
    } else if (name == "error" || name == "unsent") {  // What reading or writing returns.
      const auto error = static_cast<std::int32_t>(number());
      const auto op = name == "error" ? Op::Receive : Op::Send;
      call({.fd = 4, .op = op, .args = {0, 100, 0}}, {.result = -1, .error = error});
    } else if (name == "close" || name == "abort") {
      call({.fd = 4, .op = name == "close" ? Op::Close : Op::Abort}, {});
    } else if (name == "shut" || name == "shut_both") {  // And fails, with the number of an error.
      const auto error = rest_.empty() ? 0 : static_cast<std::int32_t>(number());
      call({.fd = 4, .op = Op::Shutdown, .args = {name == "shut" ? 1 : 2, 0, 0}},
           {.result = error != 0 ? -1 : 0, .error = error});
    } else if (name == "set" || name == "listener" || name == "refused") {  // level name value
      const std::int32_t fd = name == "listener" ? 3 : 4, error = name == "refused" ? 22 : 0;
      call({.fd = fd, .op = Op::SetOption, .args = {number(), number(), number()}},
           {.error = error});
    } else if (name == "poll") {  // For urgent data; what it returns.
      call({.fd = 4, .op = Op::Poll, .args = {3, 0, 0}}, {.result = 1, .flags = number()});
    } else if (name == "state") {
      const auto state = event::state_named(word());
      CHECK(state.has_value());
      event::Status status;
      status.set(event::StatusField::State, static_cast<std::int64_t>(*state));
      octets = event::encode(status);
      call({.op = Op::Status, .data = tuple}, {.data = octets});
    } else {
      CHECK(name == "wait");
    }
  }

  static wire::IpAddress peer() { return wire::IpAddress::v4(0xC6336401); }
  static wire::IpAddress target() { return wire::IpAddress::v4(0xC0000201); }
  event::Trace trace_;
  clock::Instant now_{};
  std::string_view rest_{};
  std::uint32_t calls_ = 0, pending_ = 0;
  std::uint64_t written_ = 0, read_ = 0;
};

// The requirements the model finds broken: "MUST-2", and "SHLD-19?" for a SHOULD. In words on
// demand.
inline std::vector<std::string> broken(const Lines& lines, std::string* words = nullptr) {
  const Conversation conversation{lines};
  Model model{assumptions_of(conversation.trace())};
  for (std::uint32_t i = 0; i < conversation.trace().size(); ++i)
    model.step(conversation.trace(), i);
  model.finish(conversation.trace());
  std::vector<std::string> found;
  for (const auto& v : model.violations()) {
    found.push_back(std::string{v.requirement} + (v.weight == Violation::Weight::Fail ? "" : "?"));
    if (words != nullptr) *words += explain(v) + "\n";
  }
  if (model.undecided() > 0) found.push_back("undecided");
  return found;
}

inline Lines operator+(Lines a, const Lines& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// The same with one line changed; "" takes it away, and a line end in `to` makes it two.
inline Lines changed(const Lines& lines, const std::string& from, const std::string& to) {
  Lines made;
  int count = 0;
  for (const auto& line : lines) {
    if (line != from) {
      made.push_back(line);
      continue;
    }
    ++count;
    const auto end = to.find('\n');
    made.push_back(to.substr(0, end));
    if (end != to.npos) made.push_back(to.substr(end + 1));
  }
  EXPECT_EQ(count, 1) << "`" << from << "` must occur once";
  return made;
}

// A rule's two controls: a trace that must pass, and the same with one thing changed, which must be
// rejected by this rule alone.
struct Control {
  std::string rule;
  Lines good;
  std::string from, to;
  std::vector<std::string> before = {};  // Remarks that come before the rule's word.
};

// Looks at controls; or only collects them, for the test that wants both of every rule.
class Checker {
 public:
  explicit Checker(std::vector<Control>* into = nullptr) : into_(into) {}

  void operator()(const std::vector<Control>& controls) const {
    if (into_ != nullptr) {
      into_->insert(into_->end(), controls.begin(), controls.end());
      return;
    }
    for (const auto& c : controls) {
      std::string words;
      EXPECT_EQ(broken(c.good, &words), std::vector<std::string>{})
          << c.rule << ", the good one: " << words;
      words.clear();
      auto expected = c.before;
      expected.push_back(c.rule);
      EXPECT_EQ(broken(changed(c.good, c.from, c.to), &words), expected)
          << "`" << c.from << "` became `" << c.to << "`: " << words;
    }
  }

 private:
  std::vector<Control>* into_;
};

using Controls = void (*)(const Checker& check);
inline std::vector<Controls>& all_controls() {
  static std::vector<Controls> all;
  return all;
}
struct Register {
  explicit Register(Controls controls) { all_controls().push_back(controls); }
};

// A test of controls, which controls_test.cc finds as well. In its body: check({{rule, ...}, ...}).
#define CONTROLS(suite, name)                                        \
  static void suite##_##name(const Checker& check);                  \
  static const Register suite##_##name##_registered{suite##_##name}; \
  TEST(suite, name) { suite##_##name(Checker{}); }                   \
  static void suite##_##name(const Checker& check)

inline Lines passive(const std::string& peer = "mss 1460", const std::string& target = "mss 1460") {
  return {"listen", "< S 0 " + peer, "> S. 0 ack 1 " + target, "+.01 < . 1 ack 1", "accept"};
}
inline Lines active() {
  return {"connect", "> S 0 mss 1460", "+.01 < S. 0 ack 1 mss 1460", "> . 1 ack 1", "connected"};
}

}  // namespace harness::model
