#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bindings/segment.h"
#include "harness/campaign/run_scenario.h"
#include "harness/event/status.h"
#include "harness/event/trace.h"
#include "harness/link/link.h"
#include "harness/scenario/parser.h"
#include "harness/scenario/run_loop.h"
#include "harness/scenario/script_peer.h"
#include "harness/target/catalogue/catalogue.h"
#include "harness/target/target.h"

namespace bindings {

// What a session or a run is to be like; names as on the command line.
struct Setting {
  std::string target = "engine";
  std::optional<std::string> wire{};
  std::uint64_t seed = 1;
  std::string ip = "v4";
  bool strict = false;
  std::string scenarios{};  // The folder of the suite; empty: where find_root() sees one.
};

// The target by name. Throws UsageError: there is none, or it does not work here.
harness::target::catalogue::Choice choose(const Setting&);
harness::campaign::RunOptions options_of(const Setting&);
// The folder of the scenarios; empty when there is none. Throws UsageError: one was named that is
// none.
std::filesystem::path root_of(const Setting&);

// What the last call of the target's application returned.
struct Returned {
  std::int64_t result = 0;
  std::string error;  // "ECONNRESET"; empty when there is none.
  std::string data;   // Octets read.
};

// A target that is talked to step by step: a script that is still being written. Its time stands
// still between steps, if it is virtual.
class Session {
 public:
  // `look_up` is asked now and then while time passes; what it throws ends the step at hand.
  // Throws UsageError, ScriptError, base::SystemError.
  Session(const Setting&, const std::string& faults, const std::vector<std::string>& rules,
          std::function<void()> look_up);

  // Plays steps in the notation of scripts. Throws ScriptError before the first of them, Mismatch
  // at the first that is not met; what stands behind that one is not played. The first of them
  // counts from now or, with `from_last`, from when the last one was over.
  void play(const std::string& steps, bool from_last);
  // Seconds since the last step was over.
  double since_last() const;
  std::string trace_text() const;
  // Lets so many seconds pass.
  void advance(double seconds);
  // The segments from the target that no step has asked for yet; they are asked for now.
  std::vector<Segment> received();
  // What the target tells of a socket, of the connection from a port of the peer, or of the one at
  // hand; nothing where there is none.
  std::optional<harness::event::Status> status(std::optional<std::int32_t> fd,
                                               std::optional<std::uint16_t> port);
  // The segment that the last line of a script about one got; nothing before there was one.
  std::optional<Segment> last_matched() const;
  // Of the last call that was answered.
  std::optional<Returned> returned() const;
  double now() const;  // Seconds.
  // Ends the session, if it is not over yet, and judges its record: JSON, as results.jsonl has it,
  // with the trace.
  std::string finish();

 private:
  void need_open() const;
  void drive(harness::clock::Instant until, const std::function<bool()>& enough);
  [[noreturn]] void tell_mismatch(const std::string& steps) const;

  Setting setting_;
  harness::campaign::RunOptions options_;
  std::string wire_;  // Empty where there is no choice.
  harness::scenario::Scenario scenario_;
  harness::scenario::Limits limits_;
  harness::event::Trace trace_;
  std::unique_ptr<harness::target::Target> target_;
  std::unique_ptr<harness::link::Link> link_;
  std::unique_ptr<harness::scenario::ScriptPeer> peer_;
  std::unique_ptr<harness::scenario::Drive> drive_;
  std::function<void()> look_up_;
  std::uint32_t plays_ = 0, questions_ = 0;
  std::optional<std::string> result_;
};

// Runs a scenario, a file or the id of one in the suite, and judges it: JSON as Session::finish
// gives it. Throws UsageError; a script that cannot be read is a ScriptError.
std::string run_file(const std::string& named, const Setting&, const std::string& faults);

}  // namespace bindings
