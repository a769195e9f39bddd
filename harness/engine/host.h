#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/rng.h"
#include "harness/clock/instant.h"
#include "harness/engine/config.h"
#include "harness/engine/connection.h"
#include "harness/engine/connection_table.h"
#include "harness/engine/keyed_hash.h"
#include "harness/engine/out.h"
#include "harness/engine/ring.h"
#include "harness/engine/slab.h"
#include "harness/engine/socket.h"
#include "harness/engine/timer_heap.h"

namespace harness::engine {

// All that a stack holds, and who holds whom. What the protocol does with it is in the functions
// of arrival.h, transmit.h, timers.h and calls.h.
struct Host {
  Host(const Config&, base::Rng secret);

  bool broken(Defect defect) const { return __builtin_expect(config.defect == defect, false); }

  // Addresses and ports.
  bool ours(const wire::IpAddress&) const;
  bool group(const wire::IpAddress&) const;  // Broadcast or multicast.
  // Could the address be a single host other than ourselves (3.9.2.3, MUST-63)?
  bool valid_peer(const wire::IpAddress&) const;
  std::optional<wire::IpAddress> source_for(const wire::IpAddress& remote) const;
  std::uint16_t mss_limit(wire::IpVersion) const;  // MTU less the headers (3.7.1).
  // A free port for an active open to `remote`, or for listening when there is none; 0: none left.
  wire::Port ephemeral_port(const wire::Endpoint& local, const wire::Endpoint* remote);
  bool port_taken(const wire::Endpoint& local, bool reuse) const;
  SeqNum initial_sequence(clock::Instant now, const wire::FourTuple&);  // RFC 6528, 3.

  // Sockets.
  Socket* socket(std::int32_t fd);
  Socket& open_socket(wire::IpVersion);  // With the lowest free fd, from 3.
  void close_socket(Socket&);            // Pre: holds no connection, nothing pends.
  std::uint32_t index_of(const Socket& s) const { return descriptors[index_of_fd(s)]; }
  void add_listener(Socket&);
  void remove_listener(Socket&);
  Socket* listener_for(const wire::Endpoint& local);
  void pend(Socket&, const PendingCall&);
  SocketOptions default_options() const;

  // Connections.
  Connection* find(const wire::FourTuple&);
  Connection& open_connection(const wire::FourTuple&, const SocketOptions&, Holder);
  // Frees the slot. Pre: CLOSED, held by nobody.
  void forget(Connection&);
  void enqueue(Socket& listener, Connection&);  // From half-open to accepted in waiting.
  Connection* dequeue(Socket& listener);

  void set(Connection& connection, Timer timer, clock::Instant at) {
    connection.deadline(timer) = at;
    timers.lower(connection.index, at);
  }
  void clear(Connection& connection, Timer timer) { connection.deadline(timer) = clock::kNever; }
  // The connection whose timer is due first; nothing when there is none.
  Connection* earliest();

  Config config;
  KeyedHash isn_hash;
  std::uint32_t isn_start = 0;  // What the clock of initial sequence numbers began with.
  Slab<Connection> connections;
  ConnectionTable table;
  TimerHeap timers;
  BufferPool buffers;
  Slab<Socket> sockets;
  std::vector<std::uint32_t> descriptors;  // From fd 3 on: the socket, or kNone.
  std::uint32_t first_free_descriptor = 0;
  std::array<std::uint32_t, 64> listeners;  // By port, chained.
  Slab<PendingCall> pending;
  wire::Port next_ephemeral = 0;
  std::uint16_t identification = 0;  // Of the next IPv4 datagram.
  std::vector<std::byte> scratch;
  std::vector<std::byte> routed;  // A datagram before its source route is put in.

 private:
  static constexpr std::int32_t kFirstDescriptor = 3;
  static std::size_t index_of_fd(const Socket& s) {
    return static_cast<std::size_t>(s.fd - kFirstDescriptor);
  }
};

// What one step works with.
struct Step {
  Host& host;
  clock::Instant now;
  Out& out;

  bool broken(Defect defect) const { return host.broken(defect); }
};

}  // namespace harness::engine
