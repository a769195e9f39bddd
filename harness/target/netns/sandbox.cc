#include "harness/target/netns/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/mount.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/base/write_all.h"
#include "harness/target/netns/closer.h"
#include "harness/target/netns/file_descriptor.h"
#include "harness/target/netns/name_space.h"

namespace harness::target::netns {
namespace {

constexpr int kLookMs = 100;                             // A signal may come just before poll().
constexpr const char* kSettings = "/proc/sys/net";       // Each network namespace has its own.
constexpr unsigned kApart = CLONE_NEWPID | CLONE_NEWNS;  // From the host's processes and mounts.

void set_mounts(const char* path, unsigned flags, std::uint64_t set, std::uint64_t clear,
                std::uint64_t propagation = 0) {
  mount_attr attributes{
      .attr_set = set, .attr_clr = clear, .propagation = propagation, .userns_fd = 0};
  if (::syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof attributes) != 0) {
    throw base::SystemError{"keep the host's files from being written"};
  }
}

void protect_files() {
  set_mounts("/", AT_RECURSIVE, 0, 0, MS_PRIVATE);
  const bool settings = ::mount(kSettings, kSettings, nullptr, MS_BIND, nullptr) == 0;
  set_mounts("/", AT_RECURSIVE, MOUNT_ATTR_RDONLY, 0);
  if (settings) set_mounts(kSettings, 0, 0, MOUNT_ATTR_RDONLY);
}

// Behind an answer that was told to its end, and behind the reason why there is none.
constexpr char kWhole = '\x06', kFailed = '\x15';

// The reader of the pipe is the owner: without one the owner died before PDEATHSIG took effect.
bool has_reader(int pipe) {
  pollfd asked{.fd = pipe, .events = POLLOUT, .revents = 0};
  return ::poll(&asked, 1, 0) >= 0 && (asked.revents & POLLERR) == 0;
}

[[noreturn]] void live(const Sandbox::Work& work, int out) {
  int status = 1;
  try {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!has_reader(out)) ::_exit(1);
    protect_files();
    const auto answer = work();
    std::fflush(nullptr);
    status = base::write_all(out, answer + kWhole) == 0 ? 0 : 1;
    ::close(out);  // The owner goes on, while what this process had open is closed.
  } catch (const std::exception& error) {
    base::write_all(out, std::string{error.what()} + kFailed);
  }
  std::fflush(nullptr);
  ::_exit(status);  // Nothing of the owner's is to be unwound here.
}

// As fork(2), into new namespaces.
pid_t fork_apart() {
  return static_cast<pid_t>(::syscall(SYS_clone, kApart | SIGCHLD, nullptr, nullptr, nullptr, 0));
}

std::string how_it_ended(int status) {
  if (!WIFSIGNALED(status)) return fmt::format("ended with status {}", WEXITSTATUS(status));
  const char* name = ::sigabbrev_np(WTERMSIG(status));
  return name != nullptr ? fmt::format("was killed by SIG{}", name)
                         : fmt::format("was killed by signal {}", WTERMSIG(status));
}

int await_end(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::string read_all(int fd, pid_t process, const volatile std::sig_atomic_t* stop) {
  std::string octets;
  char room[65536];
  for (bool told = false;;) {
    if (stop != nullptr && *stop != 0 && !told) {
      told = true;
      ::kill(process, SIGTERM);
    }
    pollfd asked{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&asked, 1, kLookMs) <= 0) continue;
    const auto n = ::read(fd, room, sizeof room);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return octets;
    octets.append(room, static_cast<std::size_t>(n));
  }
}

}  // namespace

Sandbox::~Sandbox() {
  if (leaving_ > 0) await_end(leaving_);
}

std::expected<std::string, std::string> Sandbox::run(const Work& work,
                                                     const volatile std::sig_atomic_t* stop) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw base::SystemError{"make a pipe"};
  FileDescriptor in{ends[0]}, out{ends[1]};
  finish_closing();      // Its thread is missing in the new process, which would wait for it.
  std::fflush(nullptr);  // Or both processes would write what is buffered.
  pid_t process = fork_apart();
  if (process < 0 && errno == EPERM) {
    enter_user_namespace();
    process = fork_apart();
  }
  if (process < 0) throw base::SystemError{"start a process in namespaces of its own"};
  if (process == 0) {
    in.close();
    live(work, out.get());
  }
  out.close();
  auto answer = read_all(in.get(), process, stop);
  if (leaving_ > 0) await_end(leaving_);
  leaving_ = process;
  const char end = answer.empty() ? '\0' : answer.back();
  if (end == kFailed) {
    answer.pop_back();
    return std::unexpected("failed: " + answer);
  }
  if (end != kWhole) {
    return std::unexpected(how_it_ended(await_end(std::exchange(leaving_, -1))));
  }
  answer.pop_back();
  return answer;
}

}  // namespace harness::target::netns
