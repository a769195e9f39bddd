#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/scenario/diagnostic.h"
#include "harness/scenario/ir.h"

namespace harness::cli {

// One scenario file. It is read when it is first asked for.
class Entry {
 public:
  Entry(std::filesystem::path file, std::string id, std::filesystem::path root, bool outside);

  using Read = std::expected<scenario::Scenario, scenario::Diagnostic>;
  // The place of an error in a file from elsewhere is its path as given: an editor finds it there.
  const Read& read() const;
  const std::filesystem::path& file() const { return file_; }
  const std::filesystem::path& real_file() const { return real_file_; }
  const std::string& id() const { return id_; }
  bool outside() const { return outside_; }  // Not of the suite: a file of the user's.
  // What selects it again: its id, or of a file elsewhere its path as it was given.
  std::string selector() const;

 private:
  std::filesystem::path root_;  // Of the scenarios; empty when there is none.
  std::filesystem::path file_, real_file_;
  std::string id_;
  bool outside_;
  mutable std::optional<Read> read_;
};

// The scenarios there are: those below the root in the order of their ids, then files from
// elsewhere as they were named.
class Suite {
 public:
  // `option`: what stands behind --scenarios. Otherwise the root is $LASTACK_SCENARIOS,
  // ./scenarios, or what lies beside the program; there may be none. The error is a sentence.
  static std::expected<Suite, std::string> open(const std::optional<std::string>& option);

  const std::optional<std::filesystem::path>& root() const { return root_; }
  const std::vector<Entry>& entries() const { return entries_; }
  // The index of the entry with this file; a file from elsewhere becomes one, and takes its name
  // for an id.
  std::size_t index_of(const std::filesystem::path& file, std::string id);

 private:
  std::optional<std::filesystem::path> root_;
  std::vector<Entry> entries_;
};

}  // namespace harness::cli
