#include "harness/cli/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "harness/cli/formats.h"
#include "reports/json.h"

namespace harness::cli {

namespace fs = std::filesystem;

namespace {

constexpr char kResults[] = "results.jsonl", kTraces[] = "traces";
constexpr mode_t kMode = 0666;  // Less the user's umask.

// 0, or why not.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

}  // namespace

std::string trace_name(const reports::Result& result) {
  auto name = result.scenario;
  if (!result.ip.empty() && result.ip != "v4") name += '.' + result.ip;
  if (result.repetition > 0) name += fmt::format(".{}", result.repetition + 1);
  return name;
}

Store::Store(fs::path folder, std::vector<std::string> formats)
    : folder_(std::move(folder)), formats_(std::move(formats)) {
  if (!prepare()) return;
  const auto file = folder_ / kResults;
  results_ = Fd{::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode)};
  if (!results_) fail(file, errno);
}

bool Store::prepare() {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) {
    fail(folder_, error.value());
    return false;
  }
  for (const Format& format : formats()) fs::remove(folder_ / format.file, error);
  std::vector<fs::path> traces;
  for (fs::recursive_directory_iterator at{folder_ / kTraces, error}, end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".trace") traces.push_back(at->path());
  }
  for (const auto& trace : traces) fs::remove(trace, error);
  return true;
}

void Store::fail(const fs::path& file, int error) {
  if (error_) return;
  error_ =
      fmt::format("cannot write {}: {}", file.string(), std::generic_category().message(error));
}

// Under another name first: whoever looks sees the whole file or none.
void Store::write(const fs::path& file, std::string_view text) {
  std::error_code made;
  fs::create_directories(file.parent_path(), made);
  if (made) return fail(file.parent_path(), made.value());
  const fs::path unfinished = file.string() + ".tmp";
  Fd fd{::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode)};
  if (!fd) return fail(file, errno);
  int error = write_all(fd.get(), text);
  fd.reset();
  if (error == 0 && std::rename(unfinished.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(unfinished.c_str());
  fail(file, error);
}

void Store::append(std::string_view line) {
  if (!results_) return;
  if (const int error = write_all(results_.get(), line); error != 0) {
    fail(folder_ / kResults, error);
    // Half a line would spoil the whole ones.
    const auto size = static_cast<off_t>(results_size_);
    if (::ftruncate(results_.get(), size) != 0 || ::lseek(results_.get(), size, SEEK_SET) < 0) {
      results_.reset();
    }
    return;
  }
  results_size_ += line.size();
}

void Store::keep(const reports::Result& result) {
  order_.push_back(trace_name(result));
  append(reports::to_json(result) + '\n');
  if (!result.trace.empty()) {
    write(folder_ / kTraces / (trace_name(result) + ".trace"), result.trace);
  }
}

void Store::finish(const reports::Run& run) {
  // With several workers the lines stand as the results came; now they get the suite's order, so
  // that one seed is one file.
  std::vector<std::string> wanted;
  std::string lines;
  for (const auto& result : run.results) {
    wanted.push_back(trace_name(result));
    lines += reports::to_json(result) + '\n';
  }
  if (wanted != order_) write(folder_ / kResults, lines);
  for (const Format& format : formats()) {
    if (std::ranges::find(formats_, format.name) != formats_.end()) {
      write(folder_ / format.file, format.write(run));
    }
  }
}

}  // namespace harness::cli
