// What is done in a sandbox ends with it, and cannot write the host's files.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <expected>
#include <functional>
#include <string>

#include "harness/base/system_error.h"
#include "harness/target/netns/availability.h"
#include "harness/target/netns/child.h"
#include "harness/target/netns/file_descriptor.h"
#include "harness/target/netns/linux_target.h"
#include "harness/target/netns/name_space.h"
#include "harness/target/netns/sandbox.h"
#include "harness/target/netns/sysctl.h"
#include "harness/wire/ip_address.h"

namespace harness::target::netns {
namespace {

// A sandbox may move its owner into a user namespace, and needs one with a single thread.
std::string owner(const std::function<std::string(Sandbox&)>& work) {
  return in_child([&] {
           Sandbox sandbox;
           return work(sandbox);
         })
      .value_or("the owner died");
}

std::string how(const std::expected<std::string, std::string>& done) {
  return done ? "well: " + *done : done.error();
}

class NetnsSandbox : public testing::Test {
 protected:
  void SetUp() override {
    const auto there = available(WireKind::Raw);
    if (!there.ok) GTEST_SKIP() << there.why_not;
  }
};

TEST_F(NetnsSandbox, GivesWhatTheWorkReturnedHoweverLong) {
  EXPECT_EQ(owner([](Sandbox& sandbox) {
              std::string all;
              for (const std::size_t size : {0u, 1u, 70'000u, 3'000'000u}) {
                const auto got = sandbox.run([&] { return std::string(size, 'x'); });
                all += got && got->size() == size ? '.' : '!';
              }
              return all;
            }),
            "....");
}

// Each leaves a device behind that is being closed when the next process begins.
TEST_F(NetnsSandbox, BeginsWhileWhatItsOwnerHadOpenIsBeingClosed) {
  const auto open_and_close = [] {
    make(WireKind::Raw,
         {.local = wire::IpAddress::v4(0xC000'0201), .remote = wire::IpAddress::v4(0xC633'6401)});
    return std::string{"closed"};
  };
  EXPECT_EQ(owner([&](Sandbox& sandbox) {
              open_and_close();
              return how(sandbox.run(open_and_close));
            }),
            "well: closed");
  EXPECT_EQ(owner([&](Sandbox&) {
              open_and_close();
              return in_child(open_and_close).value_or("the child died");
            }),
            "closed");
}

TEST_F(NetnsSandbox, SaysHowItsProcessEndedAndGoesOn) {
  EXPECT_EQ(owner([](Sandbox& sandbox) {
              const auto killed = sandbox.run([]() -> std::string {
                ::signal(SIGSEGV, SIG_DFL);  // A sanitizer has a handler of its own.
                *const_cast<volatile int*>(static_cast<int*>(nullptr)) = 0;
                return {};
              });
              const auto ended = sandbox.run([]() -> std::string { ::_exit(3); });
              return how(killed) + ", " + how(ended) + ", " +
                     how(sandbox.run([] { return std::string{"done"}; }));
            }),
            "was killed by SIGSEGV, ended with status 3, well: done");
}

TEST_F(NetnsSandbox, SaysWhyTheWorkCouldNotGoOn) {
  EXPECT_EQ(owner([](Sandbox& sandbox) {
              const auto failed = sandbox.run(
                  []() -> std::string { throw base::SystemError{"lay a wire", ENOBUFS}; });
              return how(failed) + "; " + how(sandbox.run([] { return std::string{"done"}; }));
            }),
            "failed: lay a wire: No buffer space available; well: done");
}

TEST_F(NetnsSandbox, IsTheFirstOfItsProcessesAndTheyEndWithIt) {
  EXPECT_EQ(owner([](Sandbox& sandbox) {
              int ends[2];
              if (::pipe(ends) != 0) return std::string{"no pipe"};
              const auto pid = sandbox.run([&] {
                if (::fork() == 0) {
                  ::setsid();  // It tries to stay.
                  ::pause();
                  ::_exit(0);
                }
                return std::to_string(::getpid());
              });
              ::close(ends[1]);
              char octet;
              // The end of the pipe: nobody holds it any more.
              return *pid + (::read(ends[0], &octet, 1) == 0 ? ", gone" : ", there");
            }),
            "1, gone");
}

TEST_F(NetnsSandbox, TheHostsFilesCannotBeWrittenAndTheSettingsOfItsNetworkCan) {
  std::string name = testing::TempDir() + "sandbox-XXXXXX";
  const FileDescriptor file{::mkstemp(name.data())};
  ASSERT_TRUE(file.open());
  EXPECT_EQ(
      owner([&](Sandbox& sandbox) {
        return sandbox
            .run([&]() -> std::string {
              enter_fresh_network_namespace();
              const FileDescriptor there{::open(name.c_str(), O_WRONLY | O_CLOEXEC)};
              const int refused = there.open() ? 0 : errno;
              const FileDescriptor other{::open("/proc/sys/kernel/hostname", O_WRONLY | O_CLOEXEC)};
              const bool closed = !other.open();
              const int set = set_sysctl("net.ipv4.tcp_sack=0");
              return std::string{refused == EROFS ? "refused" : "written"} +
                     (closed ? ", closed" : ", open") + (set == 0 ? ", set" : ", not set");
            })
            .value_or("lost");
      }),
      "refused, closed, set");
  // It was no property of the file.
  EXPECT_TRUE(FileDescriptor{::open(name.c_str(), O_WRONLY | O_CLOEXEC)}.open());
  ::unlink(name.c_str());
}

TEST_F(NetnsSandbox, EndsWhenItIsAskedTo) {
  EXPECT_EQ(owner([](Sandbox& sandbox) {
              // The first process of a PID namespace hears only what it has a handler for.
              ::signal(SIGTERM, [](int) { ::_exit(7); });
              volatile std::sig_atomic_t stop = 1;
              return how(sandbox.run(
                  []() -> std::string {
                    for (;;) ::pause();
                  },
                  &stop));
            }),
            "ended with status 7");
}

TEST_F(NetnsSandbox, EndsWithItsOwner) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    Sandbox sandbox;
    const auto done = sandbox.run([&]() -> std::string {
      [[maybe_unused]] const auto told = ::write(ends[1], "x", 1);
      for (;;) ::pause();
    });
    ::_exit(0);
  }
  ::close(ends[1]);
  char octet;
  ASSERT_EQ(::read(ends[0], &octet, 1), 1);  // It is at work.
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  EXPECT_EQ(::read(ends[0], &octet, 1), 0);  // Its end of the pipe is closed.
  ::close(ends[0]);
}

}  // namespace
}  // namespace harness::target::netns
