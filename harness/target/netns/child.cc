#include "harness/target/netns/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <utility>

#include "harness/base/system_error.h"
#include "harness/target/netns/closer.h"
#include "harness/target/netns/file_descriptor.h"

namespace harness::target::netns {
namespace {

[[noreturn]] void live(const std::function<std::string()>& work, int out, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // It died before that took effect.
  try {
    const std::string answer = work();
    for (std::size_t told = 0; told < answer.size();) {
      const auto more = ::write(out, answer.data() + told, answer.size() - told);
      if (more < 0 && errno != EINTR) ::_exit(1);
      if (more > 0) told += static_cast<std::size_t>(more);
    }
  } catch (const std::exception&) {
    ::_exit(1);
  }
  ::_exit(0);
}

}  // namespace

Child::Child(const std::function<std::string()>& work) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw base::SystemError{"make a pipe"};
  FileDescriptor read_end{ends[0]}, write_end{ends[1]};
  finish_closing();      // Its thread is missing in the new process, which would wait for it.
  std::fflush(nullptr);  // Or both processes would write what is buffered.
  const pid_t parent = ::getpid();
  process_ = ::fork();
  if (process_ < 0) throw base::SystemError{"start a process"};
  if (process_ == 0) live(work, write_end.get(), parent);
  answer_ = std::move(read_end);
}

std::optional<std::string> Child::answer() {
  std::string answer;
  char room[4096];
  for (;;) {
    const auto length = ::read(answer_.get(), room, sizeof room);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) break;
    answer.append(room, static_cast<std::size_t>(length));
  }
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return answer;
}

std::optional<std::string> in_child(const std::function<std::string()>& work) {
  return Child{work}.answer();
}

}  // namespace harness::target::netns
