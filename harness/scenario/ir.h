#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/clock/instant.h"
#include "harness/event/call.h"
#include "harness/event/expectation.h"
#include "harness/event/record.h"
#include "harness/event/status.h"
#include "harness/link/fault.h"
#include "harness/target/target.h"
#include "harness/wire/flags.h"
#include "harness/wire/ip_address.h"
#include "harness/wire/segment.h"

namespace harness::scenario {

using event::Place;

// When a step happens. Absolute times count from the start of the scenario, relative ones from the
// end of the step before; a `<` packet right after a `<` packet counts from that one's own time.
struct When {
  enum class Kind : std::uint8_t { Absolute, Relative, Any };
  Kind kind = Kind::Absolute;
  clock::Duration from{}, to{};            // The same, but for a range T1~T2.
  std::optional<clock::Duration> returns;  // A blocking call T1...T2: T2, on the base of T1.
};

// One option of a packet. Numbers in it count as those of the packet do.
struct OptionPart {
  enum class Kind : std::uint8_t { Verbatim, Sack, Timestamps };
  Kind kind = Kind::Verbatim;
  base::Bytes octets;                   // Verbatim: kind, length, all.
  std::vector<wire::SackBlock> blocks;  // Sack.
  wire::Timestamps timestamps;          // Timestamps.
};

// `icmp TYPE [CODE] [mtu N] [a:b(n)]`: an error about a segment of the target's. What the words are
// depends on the version of IP: icmp.h.
struct IcmpPart {
  std::string type, code;     // "unreachable", "port_unreachable"; without a code it is 0.
  std::uint32_t mtu = 0;      // Only frag_needed and packet_too_big carry one.
  bool about_latest = false;  // Without a:b(n): about the last segment that reached the peer.
  friend bool operator==(const IcmpPart&, const IcmpPart&) = default;
};

// Ours: a packet that is sent to many hosts instead of to the target's own address.
enum class Group : std::uint8_t {
  Broadcast,  // 255.255.255.255; IPv6 has none.
  Multicast,  // All hosts: 224.0.0.1, ff02::1.
};

// `<` sends, `>` expects. In a SYN the numbers are the script's own for ISNs; in all others they
// count from the ISN.
struct PacketStep {
  event::Direction direction{};
  std::optional<wire::Port> source, destination;  // Both or neither: names a connection.
  wire::Flags flags;
  wire::Flags flags_either;  // Of `>`: bits that may be set or not; ours: a letter in lower case.
  std::uint32_t seq = 0, length = 0;    // a:b(n): a and n.
  std::optional<std::uint32_t> ack;     // Absent: 0 on the wire.
  std::optional<std::uint16_t> window;  // Always there in `<`; absent in `>`: don't care.
  std::optional<std::uint16_t> urgent;  // Absent: 0.
  std::optional<std::vector<OptionPart>> options;  // Absent: `<...>`, don't care. No list: none.
  // In braces behind the options; ours.
  std::optional<std::uint16_t> checksum;
  bool checksum_bad = false;
  std::optional<std::uint8_t> data_offset, reserved;
  std::optional<std::uint8_t> ttl, traffic_class;  // packetdrill's [ttl N], [tos 0xNN].
  std::optional<Group> to = {};                    // Of `<`: [to multicast].
  // Of `<`: no segment but an ICMP error. seq and length are those of the segment that it quotes,
  // whose numbers count from the target's ISN; flags, ack, window, urgent and options say nothing.
  std::optional<IcmpPart> icmp = {};
  // Of `>`, ours: `> A or B or nothing`. What else is as good, in the order it is tried.
  std::vector<PacketStep> others = {};
  bool or_nothing = false;
};

// A call with everything that can be known before the run: symbols resolved, arguments checked.
struct CallStep {
  event::Op op{};
  std::int32_t fd =
      -1;  // The script's name for a socket; the run's is bound to it when it is made.
  std::array<std::int64_t, 3> args{};  // As event::Call's.
  base::Bytes data;                    // SetOption with a struct.
  std::uint32_t octets = 0;            // Send: how many octets of the stream.
  // What it must return.
  std::optional<std::int64_t> result;  // Of Socket and Accept: the script's name for the new fd.
  std::optional<std::int32_t> error;   // errno. Absent with a result of -1: any.
  std::optional<base::Bytes> value;    // GetOption: the octets.
  std::optional<std::uint32_t> flags;  // Poll: revents.
};

// Ours: `state ESTABLISHED`, `state(3) LISTEN` of a socket, `state:40001 SYN-RECEIVED` of the
// connection from that port of the peer.
struct StateStep {
  std::optional<std::int32_t> fd;
  std::optional<wire::Port> port;
  event::TcpState state{};
};

// Ours: `silence 1.5`: for so many seconds no segment reaches the peer.
struct SilenceStep {
  clock::Duration lasts{};
};

// A back-quoted command. `sysctl -w NAME=VALUE ...` is understood; anything else needs a shell.
struct CommandStep {
  std::vector<std::string> sysctls;  // "net.ipv4.tcp_syncookies=0"; empty: a shell command.
  std::string command;               // As written.
};

struct Step {
  When when;
  Place place;
  std::string text;  // As written, on one line.
  std::variant<PacketStep, CallStep, StateStep, SilenceStep, CommandStep> what;
};

// packetdrill's options at the head of a script, those that have a meaning here.
struct Options {
  enum class Family : std::uint8_t { V4, Mapped, V6 };
  std::optional<Family> family;  // --ip_version
  std::optional<wire::IpAddress> local_ip, remote_ip;
  std::optional<std::uint8_t> remote_prefix;
  wire::Port bind_port = 8080, connect_port = 8080;
  std::uint16_t mtu = 1500;
  clock::Duration tolerance = std::chrono::microseconds{4000};
  std::uint32_t tolerance_per_mille = 125;
  bool strict_segments = false;
};

struct Scenario {
  std::string id;     // Its path below the scenarios folder, without .pkt: "close/simultaneous".
  std::string title;  // The first line of its prose.
  std::string prose;  // The comment at its head, without the slashes.
  std::vector<std::string> rules;   // Requirement ids, in harness/rules.
  std::vector<std::string> claims;  // Ids of textbook claims.
  std::vector<target::Capability> needs;
  std::optional<std::string> slow;  // Why it takes long on a real clock.
  std::vector<link::Fault> faults;
  std::optional<clock::Duration> settle;  // How long to watch after the last step.
  std::optional<clock::Duration> limit;   // The whole must be over by then. Default: 10 minutes.
  Options options;
  std::vector<Step> steps;  // Init and cleanup commands are the first and the last.
};

}  // namespace harness::scenario
