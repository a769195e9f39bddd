#include <net/if.h>
#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "harness/event/text.h"
#include "harness/target/netns/closer.h"
#include "tests/integration/netns_rig.h"

namespace harness::target::netns {
namespace {

class NetnsHost : public NetnsTest {};
INSTANTIATE_TEST_SUITE_P(Wires, NetnsHost, kBothWires, wire_name);

// Nor is anything counted. What tracepoints tell is left out: their rings fill with others' events.
TEST_P(NetnsHost, NothingElseComesOut) {
  for (const bool v6 : {false, true}) {
    Rig run{GetParam(), v6, false};
    run.wait(300ms);
    EXPECT_EQ(run.trace().size(), 0u) << event::to_text(run.trace());
  }
}

TEST_P(NetnsHost, TheWorldIsTheNamespaceAlone) {
  Rig run{GetParam()};
  EXPECT_TRUE(run.target().understands("net.ipv4.tcp_sack=0"));
  EXPECT_FALSE(run.target().understands("kernel.hostname=x"));
  EXPECT_FALSE(run.target().understands("net.ipv4.no_such_thing=1"));
  EXPECT_EQ(run.call({.op = Op::World, .text = "net.ipv4.tcp_sack=0"}).error, 0);
  EXPECT_EQ(run.call({.op = Op::World, .text = "kernel.hostname=x"}).error, EPERM);
  EXPECT_EQ(run.call({.op = Op::World, .text = "net.../kernel/hostname=x"}).error, EPERM);
  EXPECT_EQ(run.call({.op = Op::World, .text = "net.ipv4.no_such_thing=1"}).error, ENOENT);
  EXPECT_EQ(run.call({.op = Op::World, .text = "net.ipv4.tcp_sack=never"}).error, EINVAL);
}

TEST_P(NetnsHost, WhatTheKernelDropsIsNoted) {
  Rig run{GetParam()};
  wire::Segment s;
  s.source = 40001;
  s.destination = kServer;
  s.flags = wire::kSyn;
  const wire::IpHeader ip{.source = run.host().remote, .destination = run.host().local};
  base::Bytes datagram(wire::datagram_size(ip, s));
  wire::write(ip, s, datagram);
  datagram.back() ^= std::byte{1};
  event::Trace trace;
  run.target().submit(
      event::Packet{.direction = {}, .id = 0, .gso_size = 0, .body = trace.keep(datagram)}, trace);
  run.target().wait(run.target().now() + 5ms);
  run.target().collect(trace);
  const auto& last = trace[trace.size() - 1];
  ASSERT_EQ(last.kind, event::Kind::Note);
  EXPECT_EQ(trace.text(last), "the kernel counted: Tcp.InErrs +1, Tcp.InCsumErrors +1");
}

std::string file_text(const char* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::set<std::string> links() {
  std::set<std::string> names;
  auto* const all = ::if_nameindex();
  for (auto* i = all; i->if_index != 0; ++i) names.insert(i->if_name);
  ::if_freenameindex(all);
  return names;
}

std::ptrdiff_t open_files() {
  std::filesystem::directory_iterator files{"/proc/self/fd"};
  return std::distance(begin(files), end(files));
}

// A namespace that outlives its processes is mounted somewhere.
std::ptrdiff_t mounted_namespaces() {
  std::ifstream mounts{"/proc/self/mountinfo"};
  std::string line;
  std::ptrdiff_t count = 0;
  while (std::getline(mounts, line)) count += line.find(" nsfs ") != line.npos;
  return count;
}

constexpr const char* kHostFiles[] = {
    "/proc/sys/net/ipv4/tcp_no_metrics_save", "/proc/sys/net/ipv4/tcp_congestion_control",
    "/proc/sys/net/ipv4/tcp_sack", "/proc/sys/net/ipv4/conf/all/rp_filter"};

TEST_P(NetnsHost, TwentyInARowLeaveTheHostAsItWas) {
  std::vector<std::string> before;
  for (const auto* file : kHostFiles) before.push_back(file_text(file));
  const auto links_before = links();
  const auto mounted_before = mounted_namespaces();
  const auto child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Rig{GetParam()};  // libnl opens what it keeps.
    finish_closing();
    const auto files = open_files();
    for (int i = 0; i < 20; ++i) {
      Rig run{GetParam()};
      run.listener();
      Peer{run, 40001}.send(wire::kSyn);
      run.call({.op = Op::World, .text = "net.ipv4.tcp_sack=0"});
    }
    finish_closing();
    const bool no_children = ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
    const bool clean = open_files() == files && no_children;
    ::_exit(clean && !::testing::Test::HasFailure() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(links(), links_before);
  EXPECT_EQ(mounted_namespaces(), mounted_before);
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(file_text(kHostFiles[i]), before[i]) << kHostFiles[i];
  }
}

}  // namespace
}  // namespace harness::target::netns
