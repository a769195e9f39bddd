#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "harness/model/judgement.h"
#include "harness/wire/datagram_view.h"
#include "harness/wire/ip_address.h"

namespace harness::model {

// What RFC 9293, 3.9.2.2, makes of an ICMP message.
enum class Trouble : std::uint8_t {
  Quench,  // To be discarded silently (MUST-55).
  Soft,    // Must not abort the connection (MUST-56).
  Hard,    // Should abort it (SHLD-26); once it is open, many do not.
  TooBig,  // The path carries less than was sent (RFC 1191, RFC 8201).
};

// An error that is told of a segment of the target.
struct Report {
  Trouble trouble{};
  wire::FourTuple about{};
  std::uint32_t seq = 0;
  bool listed = false;        // By SHLD-26, if it is a hard one.
  std::int64_t path_mtu = 0;  // The largest datagram that still passes; 0: it says nothing of it.
  bool discarded = false;     // Perhaps: it tells of less than any path carries (RFC 8201, 4).
};
// Nothing when it is no error about TCP, damaged, or for another host.
std::optional<Report> read_error(const wire::DatagramView&, const wire::IpAddress& local);

void note_path(Connection&, const Report&);

// Whether it quotes what is on its way, as far as any reading knows.
bool in_flight(std::span<const Hypothesis>, const Profile&, const Report&);

// What it may not do to this connection is put on record; true when it may do anything.
bool note_error(Judgement&, std::span<const Hypothesis>, const Report&);
bool arrive_error(Hypothesis&, Judgement&, const Report&);

// The target goes on: an error that came has ended nothing.
void outlive_error(Judgement&);
// An error that should end nothing has, where something ended that should not.
void blame_error(const Connection&, Miss&);

}  // namespace harness::model
