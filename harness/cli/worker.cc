#include "harness/cli/worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <span>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/system_error.h"
#include "harness/base/write_all.h"
#include "harness/cli/stop.h"

namespace harness::cli {
namespace {

// A job on the wire is its index; a result is its length and its octets.
using Length = std::uint64_t;

struct Pipe {
  Fd read, write;

  Pipe() {
    std::array<int, 2> ends;
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw base::SystemError{"make a pipe to a worker"};
    read = Fd{ends[0]};
    write = Fd{ends[1]};
  }
};

// False at the end of the stream.
bool read_all(int fd, std::span<char> into) {
  while (!into.empty()) {
    const auto n = ::read(fd, into.data(), into.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw base::SystemError{"read from a pipe"};
    if (n == 0) return false;
    into = into.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

// Whether somebody still reads.
bool tell(int pipe, std::span<const char> octets) {
  const int error = base::write_all(pipe, {octets.data(), octets.size()});
  if (error != 0 && error != EPIPE) throw base::SystemError{"write to a pipe", error};
  return error == 0;
}

template <class T>
std::span<char> octets_of(T& value) {
  return {reinterpret_cast<char*>(&value), sizeof value};
}

std::string signal_name(int signal) {
  const char* abbreviation = ::sigabbrev_np(signal);
  return abbreviation != nullptr ? fmt::format("SIG{}", abbreviation)
                                 : fmt::format("signal {}", signal);
}

// A worker that held its brothers' pipes would keep them from seeing their end.
void close_all_but(std::array<int, 3> kept) {
  std::ranges::sort(kept);
  unsigned first = STDERR_FILENO + 1;
  for (const int fd : kept) {
    const auto next = static_cast<unsigned>(fd);
    if (next > first) ::close_range(first, next - 1, 0);
    if (next >= first) first = next + 1;
  }
  ::close_range(first, ~0u, 0);
}

}  // namespace

Worker::Worker(const Work& work) {
  Pipe jobs, results;
  said_ = Fd{::memfd_create("lastack-worker-stderr", MFD_CLOEXEC)};
  if (!said_) throw base::SystemError{"make a file for what a worker says"};
  const auto parent = ::getpid();
  std::fflush(nullptr);  // Or both processes would write what is buffered.
  pid_ = ::fork();
  if (pid_ < 0) throw base::SystemError{"start a worker process"};
  if (pid_ == 0) {
    jobs.write.reset();
    results.read.reset();
    live(work, std::move(jobs.read), std::move(results.write), parent);
  }
  jobs_ = std::move(jobs.write);
  results_ = std::move(results.read);
  if (::fcntl(results_.get(), F_SETFL, O_NONBLOCK) != 0) {
    throw base::SystemError{"read from a worker without waiting"};
  }
}

Worker::~Worker() {
  if (pid_ <= 0 || !results_) return;  // Moved from, or already waited for.
  kill();
  how();
}

void Worker::live(const Work& work, Fd jobs, Fd results, pid_t parent) {
  int status = 0;
  try {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(0);  // It died before that took effect.
    catch_stop_as_worker();
    close_all_but({jobs.get(), results.get(), said_.get()});
    // What it says waits in a file until the parent shows it, so that it does not tear the parent's
    // own lines apart; and nobody reads a terminal.
    const Fd nothing{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    if (nothing) ::dup2(nothing.get(), STDIN_FILENO);
    ::dup2(said_.get(), STDOUT_FILENO);
    ::dup2(said_.get(), STDERR_FILENO);
    std::uint32_t index = 0;
    while (read_all(jobs.get(), octets_of(index))) {
      const auto result = work(index);
      std::fflush(nullptr);
      Length length = result.size();
      if (!tell(results.get(), octets_of(length)) || !tell(results.get(), result)) break;
    }
  } catch (const std::exception& error) {
    const auto text = fmt::format("{}\n", error.what());
    std::fputs(text.c_str(), stderr);
    status = 1;
  }
  std::fflush(nullptr);
  ::_exit(status);  // Nothing of the parent's is to be unwound here.
}

void Worker::give(std::uint32_t index) {
  CHECK(!job_);
  job_ = index;
  // When it is gone already, hear() says so.
  tell(jobs_.get(), octets_of(index));
}

void Worker::ask_to_stop() { ::kill(pid_, SIGTERM); }

void Worker::kill() { ::kill(pid_, SIGKILL); }

Worker::Heard Worker::hear() {
  std::array<char, 65536> buffer;
  for (;;) {
    Length length = 0;
    if (received_.size() >= sizeof length) {
      std::memcpy(&length, received_.data(), sizeof length);
      if (received_.size() - sizeof length >= length) return Heard::Done;
    }
    const auto n = ::read(results_.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return Heard::Nothing;
    if (n < 0) throw base::SystemError{"read from a worker"};
    if (n == 0) return Heard::Gone;
    received_.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

std::string Worker::take() {
  Length length = 0;
  CHECK(received_.size() >= sizeof length);
  std::memcpy(&length, received_.data(), sizeof length);
  std::string result = received_.substr(sizeof length, length);
  received_.erase(0, sizeof length + length);
  job_.reset();
  return result;
}

std::string Worker::how() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) throw base::SystemError{"wait for a worker"};
  }
  results_.reset();
  return WIFSIGNALED(status) ? fmt::format("was killed by {}", signal_name(WTERMSIG(status)))
                             : fmt::format("ended with status {}", WEXITSTATUS(status));
}

std::string Worker::said() {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto n =
        ::pread(said_.get(), buffer.data(), buffer.size(), static_cast<off_t>(said_so_far_));
    if (n <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(n));
    said_so_far_ += static_cast<std::size_t>(n);
  }
}

}  // namespace harness::cli
