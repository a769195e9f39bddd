#include "harness/cli/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "harness/base/write_all.h"
#include "harness/cli/formats.h"
#include "harness/cli/write_file.h"
#include "reports/json.h"
#include "reports/pcapng.h"

namespace harness::cli {

namespace fs = std::filesystem;

namespace {

constexpr char kResults[] = "results.jsonl", kTraces[] = "traces", kCaptures[] = "pcapng";
constexpr mode_t kMode = 0666;  // Less the user's umask.

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
  for (const Format& format : formats()) {
    if (format.write != nullptr) fs::remove(folder_ / format.file, error);
  }
  std::vector<fs::path> traces;
  for (fs::recursive_directory_iterator at{folder_ / kTraces, error}, end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".trace") traces.push_back(at->path());
  }
  for (fs::recursive_directory_iterator at{folder_ / kCaptures, error}, end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".pcapng") traces.push_back(at->path());
  }
  for (const auto& trace : traces) fs::remove(trace, error);
  return true;
}

void Store::fail(const fs::path& file, int error) {
  if (!error_) error_ = cannot_write(file, error);
}

void Store::write(const fs::path& file, std::string_view text) {
  if (auto why = write_file(file, text, IfThere::Replace); why && !error_) error_ = std::move(why);
}

void Store::append(std::string_view line) {
  if (!results_) return;
  if (const int error = base::write_all(results_.get(), line); error != 0) {
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
  if (std::ranges::find(formats_, "pcapng") != formats_.end() && !result.trace.empty()) {
    keep_capture(result);
  }
}

void Store::keep_capture(const reports::Result& result) {
  const auto file = folder_ / kCaptures / (trace_name(result) + ".pcapng");
  const auto capture = reports::to_pcapng(result);
  if (capture) return write(file, *capture);
  if (!error_) error_ = fmt::format("cannot write {}: {}", file.string(), capture.error());
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
    if (format.write == nullptr) continue;
    if (std::ranges::find(formats_, format.name) != formats_.end()) {
      write(folder_ / format.file, format.write(run));
    }
  }
}

}  // namespace harness::cli
