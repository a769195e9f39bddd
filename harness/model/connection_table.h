#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <vector>

#include "harness/model/connection.h"
#include "harness/model/frontier.h"

namespace harness::model {

// A connection and all that is believed of it.
struct Entry {
  Connection facts{};
  Frontier frontier{};
  Hypothesis before{};  // Its TIME-WAIT, while a SYN that came then has not opened it anew.
  Time due = kNoTime;
  std::bitset<kRules> reported{};  // A SHOULD is reported once.
};

// Every connection of a run by its name. Entries never move; clear() keeps their room.
class ConnectionTable {
 public:
  Entry* find(const wire::FourTuple&);
  // Whose CONNECT, called in this record, has been answered; its descriptor may be another's by
  // now. Null when none waits.
  Connection* answered(std::uint32_t record);
  Entry& at(const wire::FourTuple&);
  void clear();

  std::size_t size() const { return used_; }
  Entry& operator[](std::size_t index) { return *entries_[index]; }

 private:
  std::size_t slot_of(const wire::FourTuple&) const;
  void grow();

  std::vector<std::unique_ptr<Entry>> entries_;
  std::size_t used_ = 0;
  std::vector<std::uint32_t> slots_;  // Index + 1; 0 is free. A power of two of them.
  Entry* last_ = nullptr;             // Segments come in trains.
};

}  // namespace harness::model
