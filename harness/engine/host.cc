#include "harness/engine/host.h"

#include <algorithm>
#include <utility>

#include "harness/base/check.h"
#include "harness/engine/buffers.h"

namespace harness::engine {

using wire::IpAddress;
using wire::IpVersion;

Host::Host(const Config& c, base::Rng secret)
    : config(c),
      isn_hash(secret.fork("initial sequence")),
      table(connections, secret.fork("table")),
      next_ephemeral(c.first_ephemeral_port) {
  listeners.fill(kNone);
}

bool Host::group(const IpAddress& address) const {
  if (std::ranges::find(config.broadcasts, address) != config.broadcasts.end()) return true;
  if (address.version() == IpVersion::V6) return address.high() >> 56 == 0xFF;
  const auto first = static_cast<std::uint32_t>(address.low()) >> 24;
  return (first >= 224 && first <= 239) || address.low() == 0xFFFF'FFFF;
}

bool Host::ours(const IpAddress& address) const {
  if (broken(Defect::BroadcastAnswered) && group(address)) return true;
  return std::ranges::find(config.addresses, address) != config.addresses.end();
}

bool Host::valid_peer(const IpAddress& address) const {
  if (address.unspecified() || ours(address) || group(address)) return false;
  if (address.version() == IpVersion::V4) return address.low() >> 24 != 127;
  return address.high() != 0 || address.low() != 1;  // Loopback.
}

std::optional<IpAddress> Host::source_for(const IpAddress& remote) const {
  for (const IpAddress& address : config.addresses) {
    if (address.version() == remote.version()) return address;
  }
  return std::nullopt;
}

std::uint16_t Host::mss_limit(IpVersion version) const {
  const int headers = version == IpVersion::V4 ? 40 : 60;
  return static_cast<std::uint16_t>(std::max(config.mtu - headers, 1));
}

SeqNum Host::initial_sequence(clock::Instant now, const wire::FourTuple& tuple) {
  // M ticks every 4 microseconds (3.4.1); F is a keyed hash of the 4-tuple.
  auto m = static_cast<std::uint64_t>(now.time_since_epoch().count()) / 4000;
  if (broken(Defect::IsnStandsStill)) m = 0;
  const auto number = static_cast<std::uint32_t>(m + isn_hash(tuple));
  if (config.first_isn) isn_start = *std::exchange(config.first_isn, std::nullopt) - number;
  return SeqNum{number + isn_start};
}

wire::Port Host::ephemeral_port(const wire::Endpoint& local, const wire::Endpoint* remote) {
  const int count = config.last_ephemeral_port - config.first_ephemeral_port + 1;
  for (int i = 0; i < count; ++i) {
    const wire::Port port = next_ephemeral;
    next_ephemeral = port == config.last_ephemeral_port ? config.first_ephemeral_port
                                                        : static_cast<wire::Port>(port + 1);
    const wire::Endpoint candidate{local.address, port};
    const bool taken = remote != nullptr
                           ? table.find({candidate, *remote}) != kNone || listener_for(candidate)
                           : port_taken(candidate, false);
    if (!taken) return port;
  }
  return 0;
}

bool Host::port_taken(const wire::Endpoint& local, bool reuse) const {
  const auto overlaps = [&](const wire::Endpoint& other) {
    return other.port == local.port && other.address.version() == local.address.version() &&
           (other.address.unspecified() || local.address.unspecified() ||
            other.address == local.address);
  };
  for (const std::uint32_t index : descriptors) {
    if (index == kNone || !sockets[index].bound || !overlaps(sockets[index].local)) continue;
    if (!reuse || sockets[index].listening || !sockets[index].options.reuse_address) return true;
  }
  if (reuse) return false;
  // What remains of earlier connections, TIME-WAIT above all.
  for (std::uint32_t index = 0; index < connections.slots(); ++index) {
    const Connection& c = connections[index];
    if (c.state != TcpState::Closed && overlaps(c.tuple.local)) return true;
  }
  return false;
}

SocketOptions Host::default_options() const {
  return {.keep_alive_idle = config.keep_alive_idle,
          .keep_alive_interval = config.keep_alive_interval,
          .user_timeout = config.user_timeout,
          .fin_wait_2_timeout = config.fin_wait_2_timeout,
          .keep_alive_count = config.keep_alive_count,
          .send_buffer = config.send_buffer,
          .receive_buffer = config.receive_buffer,
          .syn_retries = config.syn_retries,
          .ttl = config.ttl,
          .traffic_class = config.traffic_class,
          .no_delay = !config.nagle,
          .route = {}};
}

Socket* Host::socket(std::int32_t fd) {
  const auto at = static_cast<std::size_t>(fd) - kFirstDescriptor;
  if (fd < kFirstDescriptor || at >= descriptors.size() || descriptors[at] == kNone) {
    return nullptr;
  }
  return &sockets[descriptors[at]];
}

Socket& Host::open_socket(IpVersion version) {
  std::uint32_t at = first_free_descriptor;
  while (at < descriptors.size() && descriptors[at] != kNone) ++at;
  first_free_descriptor = at + 1;
  const std::uint32_t index = sockets.take();
  if (at == descriptors.size()) descriptors.push_back(index);
  descriptors[at] = index;
  Socket& socket = sockets[index];
  socket = Socket{};
  socket.fd = static_cast<std::int32_t>(at) + kFirstDescriptor;
  socket.version = version;
  socket.local.address = version == IpVersion::V4 ? IpAddress::v4(0) : IpAddress::v6(0, 0);
  socket.options = default_options();
  return socket;
}

void Host::close_socket(Socket& socket) {
  CHECK(socket.connection == kNone && socket.first_pending == kNone);
  if (socket.listening) remove_listener(socket);
  const std::size_t at = index_of_fd(socket);
  sockets.give(descriptors[at]);
  descriptors[at] = kNone;
  first_free_descriptor = std::min(first_free_descriptor, static_cast<std::uint32_t>(at));
  socket.fd = -1;
  socket.bound = false;
}

void Host::add_listener(Socket& socket) {
  std::uint32_t& first = listeners[socket.local.port % listeners.size()];
  socket.next_listener = first;
  first = index_of(socket);
  socket.listening = true;
}

void Host::remove_listener(Socket& socket) {
  std::uint32_t* link = &listeners[socket.local.port % listeners.size()];
  while (&sockets[*link] != &socket) link = &sockets[*link].next_listener;
  *link = socket.next_listener;
  socket.listening = false;
}

Socket* Host::listener_for(const wire::Endpoint& local) {
  Socket* any = nullptr;
  std::uint32_t index = listeners[local.port % listeners.size()];
  for (; index != kNone; index = sockets[index].next_listener) {
    Socket& candidate = sockets[index];
    if (candidate.local == local) return &candidate;
    if (candidate.local.port == local.port && candidate.version == local.address.version() &&
        candidate.local.address.unspecified()) {
      any = &candidate;
    }
  }
  return any;
}

void Host::pend(Socket& socket, const PendingCall& call) {
  const std::uint32_t index = pending.take();
  pending[index] = call;
  pending[index].next = kNone;
  (socket.last_pending == kNone ? socket.first_pending : pending[socket.last_pending].next) = index;
  socket.last_pending = index;
}

Connection* Host::find(const wire::FourTuple& tuple) {
  const std::uint32_t index = table.find(tuple);
  return index == kNone ? nullptr : &connections[index];
}

Connection& Host::open_connection(const wire::FourTuple& tuple, const SocketOptions& options,
                                  Holder holder) {
  const std::uint32_t index = connections.take();
  Connection& c = connections[index];
  c = Connection{};
  c.index = index;
  c.tuple = tuple;
  c.options = options;
  c.holder = holder;
  c.round_trip.start(config);
  c.send_limit = options.send_buffer;
  c.receive_limit = options.receive_buffer;
  c.rcv_scale = scale_for(config, options);
  c.ts_offset = static_cast<std::uint32_t>(isn_hash(tuple) >> 32);
  table.insert(c);
  return c;
}

void Host::forget(Connection& c) {
  CHECK(c.state == TcpState::Closed && c.holder == Holder::Nobody);
  c.send.release(buffers);
  c.receive.release(buffers);
  connections.give(c.index);
}

void Host::enqueue(Socket& listener, Connection& c) {
  CHECK(c.holder == Holder::HalfOpen);
  --listener.half_open;
  ++listener.queued;
  c.holder = Holder::Queue;
  c.next_queued = kNone;
  (listener.last_queued == kNone ? listener.first_queued
                                 : connections[listener.last_queued].next_queued) = c.index;
  listener.last_queued = c.index;
}

Connection* Host::dequeue(Socket& listener) {
  if (listener.first_queued == kNone) return nullptr;
  Connection& c = connections[listener.first_queued];
  listener.first_queued = c.next_queued;
  if (listener.first_queued == kNone) listener.last_queued = kNone;
  --listener.queued;
  c.holder = Holder::Nobody;
  c.listener = kNone;
  return &c;
}

Connection* Host::earliest() {
  while (!timers.empty()) {
    Connection& c = connections[timers.top().slot];
    const clock::Instant due = c.earliest();
    if (due == timers.top().at && due != clock::kNever) return &c;
    timers.raise_top(due);
  }
  return nullptr;
}

}  // namespace harness::engine
