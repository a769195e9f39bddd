// The engine beside lwIP, both in this process: the same text of 100 octets from one host to
// another and its delayed acknowledgment back, with the calls that write and read. The ratio is
// what one segment costs the engine, as a share of what it costs lwIP.

#ifdef LASTACK_LWIP

#include <benchmark/benchmark.h>
#include <lwip/init.h>
#include <lwip/ip4.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/tcp.h>

#include <chrono>
#include <ctime>
#include <vector>

#include "harness/base/check.h"
#include "tests/bench/engine_pair.h"

namespace {

using namespace harness;
using event::Op;

constexpr std::size_t kOctets = 100;
constexpr int kExchanges = 1000;

// Two interfaces of one lwIP, with a wire between them that takes no time.
class LwipPair {
 public:
  LwipPair() {
    lwip_init();
    for (int i = 0; i < 2; ++i) {
      ip4_addr_t own, mask, other;
      IP4_ADDR(&own, 10, 0, 0, static_cast<u8_t>(1 + i));
      IP4_ADDR(&mask, 255, 255, 255, 255);
      IP4_ADDR(&other, 10, 0, 0, static_cast<u8_t>(2 - i));
      CHECK(netif_add(&netifs_[i], &own, &mask, &other, this, begin, ip4_input) != nullptr);
      netif_set_up(&netifs_[i]);
      netif_set_link_up(&netifs_[i]);
    }
    tcp_pcb* listener = tcp_new();
    tcp_bind_netif(listener, &netifs_[1]);
    CHECK(tcp_bind(listener, netif_ip_addr4(&netifs_[1]), 8080) == ERR_OK);
    listener = tcp_listen(listener);
    tcp_arg(listener, this);
    tcp_accept(listener, accepted);
    client_ = tcp_new();
    tcp_bind_netif(client_, &netifs_[0]);
    CHECK(tcp_connect(client_, netif_ip_addr4(&netifs_[1]), 8080, connected) == ERR_OK);
    exchange();
    CHECK(server_ != nullptr && client_->state == ESTABLISHED);
  }

  void send(const base::Bytes& octets) {
    CHECK(tcp_write(client_, octets.data(), static_cast<u16_t>(octets.size()),
                    TCP_WRITE_FLAG_COPY) == ERR_OK);
    tcp_output(client_);
    exchange();
  }
  void acknowledge() {  // What is delayed.
    tcp_fasttmr();
    exchange();
  }
  std::size_t received() const { return received_; }
  std::uint64_t segments() const { return segments_; }

 private:
  struct Flight {
    netif* to;
    pbuf* octets;
  };

  static err_t begin(netif* n) {
    n->name[0] = 'l';
    n->name[1] = 'a';
    n->mtu = 1500;
    n->output = output;
    return ERR_OK;
  }
  static err_t output(netif* from, pbuf* p, const ip4_addr_t*) {
    auto& self = *static_cast<LwipPair*>(from->state);
    netif* const to = &self.netifs_[from == &self.netifs_[0] ? 1 : 0];
    self.flights_.push_back({to, pbuf_clone(PBUF_RAW, PBUF_RAM, p)});
    return ERR_OK;
  }
  static err_t accepted(void* self, tcp_pcb* pcb, err_t) {
    static_cast<LwipPair*>(self)->server_ = pcb;
    tcp_arg(pcb, self);
    tcp_recv(pcb, arrived);
    return ERR_OK;
  }
  static err_t connected(void*, tcp_pcb*, err_t) { return ERR_OK; }
  static err_t arrived(void* self, tcp_pcb* pcb, pbuf* p, err_t) {
    std::byte room[kOctets];  // As read() copies.
    static_cast<LwipPair*>(self)->received_ += pbuf_copy_partial(p, room, sizeof room, 0);
    benchmark::DoNotOptimize(room);
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
  }
  void exchange() {
    while (!flights_.empty()) {
      arriving_.swap(flights_);
      segments_ += arriving_.size();
      for (const Flight& flight : arriving_) flight.to->input(flight.octets, flight.to);
      arriving_.clear();
    }
  }

  netif netifs_[2] = {};
  std::vector<Flight> flights_, arriving_;
  tcp_pcb *client_ = nullptr, *server_ = nullptr;
  std::size_t received_ = 0;
  std::uint64_t segments_ = 0;
};

template <class Work>
double seconds_of(Work work) {
  const std::clock_t start = std::clock();  // Of the processor: others may want it too.
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

void beside_lwip(benchmark::State& state) {
  static LwipPair& lwip = *new LwipPair;  // There is one lwIP in a process.
  engine::Config config;
  config.window_scaling = config.timestamps = false;  // Neither has lwIP here.
  bench::EnginePair pair{config};
  const base::Bytes octets(kOctets);
  const auto engine_before = pair.segments(), lwip_before = lwip.segments();
  double engine_seconds = 0, lwip_seconds = 0;
  for (auto _ : state) {
    engine_seconds += seconds_of([&] {
      for (int i = 0; i < kExchanges; ++i) {
        pair.ask(pair.kClient, {.fd = pair.client(), .op = Op::Send, .data = octets});
        pair.exchange();
        CHECK(pair.ask(pair.kServer, {.fd = pair.server(), .op = Op::Receive, .args = {0, 4096}})
                  .result == kOctets);
        pair.pass(std::chrono::milliseconds{200});
      }
    });
    const auto before = lwip.received();
    lwip_seconds += seconds_of([&] {
      for (int i = 0; i < kExchanges; ++i) {
        lwip.send(octets);
        lwip.acknowledge();
      }
    });
    CHECK(lwip.received() - before == kExchanges * kOctets);
  }
  const auto engine_segments = pair.segments() - engine_before;
  const auto lwip_segments = lwip.segments() - lwip_before;
  CHECK(engine_segments == lwip_segments);
  state.counters["engine ns"] = engine_seconds * 1e9 / static_cast<double>(engine_segments);
  state.counters["lwIP ns"] = lwip_seconds * 1e9 / static_cast<double>(lwip_segments);
  state.counters["ratio"] = engine_seconds / lwip_seconds;
}
BENCHMARK(beside_lwip)->Unit(benchmark::kMicrosecond);

}  // namespace

#endif  // LASTACK_LWIP
