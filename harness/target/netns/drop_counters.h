#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/target/netns/file_descriptor.h"

namespace harness::target::netns {

struct Counter {
  std::string name;  // "Tcp.InErrs", "wire0.rx_drop"
  std::uint64_t count = 0;

  friend bool operator==(const Counter&, const Counter&) = default;
};

// Of a file like /proc/net/snmp, netstat, snmp6 or dev: those of its counters that say something
// was dropped, ignored or not answered.
std::vector<Counter> drops_in(std::string_view text);

// What the kernel has dropped in the network namespace in which this was made. As long as nothing
// is counted, nothing was lost but on purpose.
class DropCounters {
 public:
  DropCounters();

  // What was counted since the last call: "Tcp.InErrs +1, TcpExt.ListenDrops +2". Empty: nothing.
  std::string changes();

 private:
  std::vector<Counter> read();

  std::array<FileDescriptor, 4> files_;
  std::vector<Counter> last_;
};

}  // namespace harness::target::netns
