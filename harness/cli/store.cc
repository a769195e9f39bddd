#include "harness/cli/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>
#include <utility>

#include "harness/base/write_all.h"
#include "harness/cli/formats.h"
#include "harness/cli/read_file.h"
#include "harness/cli/write_file.h"
#include "reports/json.h"
#include "reports/pcapng.h"

namespace harness::cli {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr char kResults[] = "results.jsonl", kTraces[] = "traces", kCaptures[] = "pcapng";

// A dot of a scenario's own is two, so that `x.2` and the second run of `x` are not one file.
std::string name_of(const std::string& scenario, const std::string& ip, std::uint32_t repetition) {
  std::string name;
  for (const char c : fs::path{scenario}.filename().string()) name.append(c == '.' ? 2 : 1, c);
  if (!ip.empty() && ip != "v4") name += '.' + ip;
  if (repetition > 0) name += fmt::format(".{}", repetition + 1);
  return (fs::path{scenario}.parent_path() / name).string();
}

// The records an earlier run left: what its results name, of any version. A list that somebody
// wrote cannot reach out of the folder.
std::vector<fs::path> records_in(const fs::path& results) {
  std::vector<fs::path> names;
  std::istringstream lines{read_file(results)};
  for (std::string line; std::getline(lines, line);) {
    const auto json = Json::parse(line, nullptr, false);
    if (!json.is_object()) continue;  // The last may have been cut short.
    const auto text = [&](const char* key) {
      const auto& value = json.value(key, Json{});
      return value.is_string() ? value.get<std::string>() : std::string{};
    };
    const auto again = json.value("repetition", Json{});
    const fs::path name = name_of(text("scenario"), text("ip"),
                                  again.is_number_unsigned() ? again.get<std::uint32_t>() : 0);
    if (name.is_relative() && std::ranges::find(name, "..") == name.end()) names.push_back(name);
  }
  return names;
}

}  // namespace

std::string trace_name(const reports::Result& result) {
  return name_of(result.scenario, result.ip, result.repetition);
}

Store::Store(fs::path folder, std::vector<std::string> formats)
    : folder_(std::move(folder)), formats_(std::move(formats)) {
  prepared_ = prepare();
  if (!prepared_) return;
  const auto file = folder_ / kResults;
  results_ = Fd{::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode)};
  if (!results_) fail(file, errno);
}

bool Store::prepare() {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) {
    fail(folder_, error.value());
    return false;
  }
  const bool of_a_run = fs::exists(folder_ / kResults, error);
  for (const Format& format : formats()) {
    if (format.write == nullptr) continue;
    const auto file = folder_ / format.file;
    if (of_a_run) {
      fs::remove(file, error);
    } else if (fs::exists(file, error) && is_wanted(format.name)) {
      error_ = fmt::format("{} is there, and no run of lastack wrote it ({} is missing)",
                           file.string(), kResults);
      return false;
    }
  }
  if (!of_a_run) return true;
  for (const auto& name : records_in(folder_ / kResults)) {
    fs::remove(folder_ / kTraces / (name.string() + ".trace"), error);
    fs::remove(folder_ / kCaptures / (name.string() + ".pcapng"), error);
  }
  return true;
}

bool Store::is_wanted(std::string_view format) const {
  return std::ranges::find(formats_, format) != formats_.end();
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
  if (!prepared_) return;
  order_.push_back(trace_name(result));
  append(reports::to_json(result) + '\n');
  if (!result.trace.empty()) {
    write(folder_ / kTraces / (trace_name(result) + ".trace"), result.trace);
  }
  if (is_wanted("pcapng") && !result.trace.empty()) keep_capture(result);
}

void Store::keep_capture(const reports::Result& result) {
  const auto file = folder_ / kCaptures / (trace_name(result) + ".pcapng");
  const auto capture = reports::to_pcapng(result);
  if (capture) return write(file, *capture);
  if (!error_) error_ = fmt::format("cannot write {}: {}", file.string(), capture.error());
}

void Store::finish(const reports::Run& run) {
  if (!prepared_) return;
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
    if (format.write != nullptr && is_wanted(format.name)) {
      write(folder_ / format.file, format.write(run));
    }
  }
}

}  // namespace harness::cli
