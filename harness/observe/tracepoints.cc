#include "harness/observe/tracepoints.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

namespace harness::observe {
namespace {

constexpr std::size_t kRoom = 64 << 10;  // Octets for each processor: some six hundred events.

struct Source {
  const char* name;
  const char* filter;  // What the rest of the host does is not ours to read; empty: none.
};
// A value of `reason` up to 2 is no reason: not dropped, consumed, not said.
constexpr std::array<Source, kTracepoints> kSources = {
    Source{"skb/kfree_skb", "reason > 2 && (protocol == 0x800 || protocol == 0x86dd)"},
    Source{"tcp/tcp_send_reset", ""}, Source{"sock/inet_sock_set_state", "protocol == 6"}};

using Formats = std::array<TraceFormat, kTracepoints>;

class Fd {
 public:
  explicit Fd(long fd) : fd_(static_cast<int>(fd)) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// A tracefs of our own that hangs nowhere, and is gone when it is closed.
Fd detached_tracefs() {
  const Fd context{::fsopen("tracefs", FSOPEN_CLOEXEC)};
  if (context.get() < 0) return Fd{-1};
  if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) return Fd{-1};
  return Fd{::fsmount(context.get(), FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY)};
}

std::string read_file(int folder, const std::string& path) {
  const Fd file{::openat(folder, path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string text;
  char room[4096];
  for (;;) {
    const auto n = file.get() < 0 ? -1 : ::read(file.get(), room, sizeof room);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return text;
    text.append(room, static_cast<std::size_t>(n));
  }
}

std::expected<Formats, std::string> read_formats() {
  const Fd root = detached_tracefs();
  if (root.get() < 0) {
    if (errno == EPERM) {
      return std::unexpected("An ordinary user may not read tracefs: run as root.");
    }
    return std::unexpected(
        fmt::format("This kernel gives no tracefs ({}): it needs CONFIG_TRACING, "
                    "CONFIG_PERF_EVENTS, and a container needs --privileged.",
                    std::strerror(errno)));
  }
  Formats formats;
  for (std::size_t i = 0; i < kTracepoints; ++i) {
    auto format = TraceFormat::parse(
        read_file(root.get(), fmt::format("events/{}/format", kSources[i].name)));
    if (!format) {
      return std::unexpected(
          fmt::format("This kernel has no tracepoint {}: Linux 6.10 has.", kSources[i].name));
    }
    formats[i] = std::move(*format);
  }
  return formats;
}

// Read once: a process that is forked from this one has them too.
const std::expected<Formats, std::string>& formats() {
  static const auto read = read_formats();
  return read;
}

Fd watch(const TraceFormat& format, int processor) {
  perf_event_attr wanted{};
  wanted.type = PERF_TYPE_TRACEPOINT;
  wanted.size = sizeof wanted;
  wanted.config = format.id();
  wanted.sample_period = 1;
  wanted.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_RAW;
  wanted.disabled = 1;
  wanted.use_clockid = 1;
  wanted.clockid = CLOCK_MONOTONIC;
  wanted.watermark = 1;  // Nobody is woken up for it.
  wanted.wakeup_watermark = ~0u;
  return Fd{::syscall(SYS_perf_event_open, &wanted, -1, processor, -1, PERF_FLAG_FD_CLOEXEC)};
}

}  // namespace

struct Tracepoints::Ring {
  void* memory = MAP_FAILED;

  explicit Ring(int event)
      : memory(::mmap(nullptr, page() + kRoom, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0)) {}
  Ring(Ring&& other) noexcept : memory(std::exchange(other.memory, MAP_FAILED)) {}
  ~Ring() {
    if (there()) ::munmap(memory, page() + kRoom);
  }

  static std::size_t page() {
    static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return size;
  }
  bool there() const { return memory != MAP_FAILED; }
  perf_event_mmap_page& head() { return *static_cast<perf_event_mmap_page*>(memory); }

  // Copies what came, whole records, behind `into`.
  void take(std::vector<std::byte>& into) {
    const auto* data = static_cast<const std::byte*>(memory) + page();
    std::atomic_ref<__u64> head_at{head().data_head}, tail_at{head().data_tail};
    const auto end = head_at.load(std::memory_order_acquire);
    for (auto at = tail_at.load(std::memory_order_relaxed); at < end;) {
      const std::size_t from = at % kRoom;
      const auto size = std::min<std::size_t>(end - at, kRoom - from);
      into.insert(into.end(), data + from, data + from + size);
      at += size;
    }
    tail_at.store(end, std::memory_order_release);
  }
};

namespace {

// The events of one processor, with one ring: that of the first.
using Events = std::vector<Fd>;

}  // namespace

// Opened once, and kept with the ring of each, which the kernel takes away with its last reader.
struct Tracepoints::Held {
  std::vector<Events> processors;
  std::vector<Ring> rings;
  std::string why_not;  // Empty: they are all there.

  Held() {
    if (!formats()) {
      why_not = formats().error();
      return;
    }
    const auto count = static_cast<int>(::sysconf(_SC_NPROCESSORS_CONF));
    for (int processor = 0; processor < count && why_not.empty(); ++processor) {
      const int error = add(processor);
      if (error == 0 || error == ENODEV) continue;  // Or it is switched off.
      why_not =
          fmt::format("Tracepoints cannot be watched ({}): run as root.", std::strerror(error));
    }
  }

  // 0, or errno.
  int add(int processor) {
    Events events;
    for (std::size_t i = 0; i < kTracepoints; ++i) {
      Fd event = watch((*formats())[i], processor);
      if (event.get() < 0) return errno;
      if (i == 0) {
        rings.emplace_back(event.get());
        if (!rings.back().there()) return errno;
      } else if (::ioctl(event.get(), PERF_EVENT_IOC_SET_OUTPUT, events.front().get()) != 0) {
        return errno;
      }
      if (*kSources[i].filter != '\0') {
        // Without it there is more to read, and no more to see.
        ::ioctl(event.get(), PERF_EVENT_IOC_SET_FILTER, kSources[i].filter);
      }
      if (::ioctl(event.get(), PERF_EVENT_IOC_ENABLE, 0) != 0) return errno;
      events.push_back(std::move(event));
    }
    processors.push_back(std::move(events));
    return 0;
  }
};

const Tracepoints::Held& Tracepoints::held() {
  static const Held held;
  return held;
}

void Tracepoints::hold() { held(); }

Tracepoints::Tracepoints() = default;
Tracepoints::Tracepoints(Tracepoints&&) noexcept = default;
Tracepoints& Tracepoints::operator=(Tracepoints&&) noexcept = default;
Tracepoints::~Tracepoints() = default;

std::expected<Tracepoints, std::string> Tracepoints::open() {
  const auto& all = held();
  if (!all.why_not.empty()) return std::unexpected(all.why_not);
  Tracepoints opened;
  for (const auto& events : all.processors) {
    Ring ring{events.front().get()};
    if (!ring.there()) return std::unexpected("The kernel gives no second reader of its events.");
    opened.rings_.push_back(std::move(ring));
  }
  opened.read();  // What was before.
  opened.lost();
  return opened;
}

const std::vector<Traced>& Tracepoints::read() {
  events_.clear();
  kept_.clear();
  for (auto& ring : rings_) ring.take(kept_);
  for (std::span<const std::byte> rest = kept_; rest.size() >= sizeof(perf_event_header);) {
    perf_event_header header;
    std::memcpy(&header, rest.data(), sizeof header);
    if (header.size < sizeof header || header.size > rest.size()) break;
    understand(header.type, rest.first(header.size).subspan(sizeof header));
    rest = rest.subspan(header.size);
  }
  std::ranges::stable_sort(events_, {}, &Traced::monotonic);
  return events_;
}

// As perf_event_open(2) lays out what watch() asks for.
void Tracepoints::understand(std::uint32_t type, std::span<const std::byte> body) {
  struct {
    std::uint32_t process, thread;
    std::uint64_t time;
    std::uint32_t size;
  } sample;
  struct {
    std::uint64_t id, count;
  } lost;
  constexpr std::size_t kHead = 20;  // Of the sample, without what pads it here.
  if (type == PERF_RECORD_LOST && body.size() >= sizeof lost) {
    std::memcpy(&lost, body.data(), sizeof lost);
    lost_ += lost.count;
  } else if (type == PERF_RECORD_SAMPLE && body.size() >= kHead) {
    std::memcpy(&sample, body.data(), kHead);
    const auto record = body.subspan(kHead);
    for (std::size_t i = 0; i < kTracepoints; ++i) {
      const auto which = static_cast<Tracepoint>(i);
      if (format(which).number(record, "common_type") != format(which).id()) continue;
      events_.push_back({.which = which,
                         .monotonic = clock::Duration{sample.time},
                         .process = sample.process,
                         .record = record});
    }
  }
}

const TraceFormat& Tracepoints::format(Tracepoint which) const {
  return (*formats())[static_cast<std::size_t>(which)];
}

std::uint64_t Tracepoints::lost() { return std::exchange(lost_, 0); }

}  // namespace harness::observe
