#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "harness/scenario/ir.h"

namespace harness::campaign {

// Makes one thing of a script plainer; false when there is nothing to be made plainer.
using Edit = std::function<bool(scenario::Scenario&)>;
// Ways to do it, the plainest first: the first that still fails is enough.
using Edits = std::vector<Edit>;

// Of the whole: IPv4, no names of connections, no limit, initial sequence numbers of 0, timestamps
// from 1, and no longer at its end than it takes.
std::vector<Edits> edits_of_world(const scenario::Scenario&);

// Of a step. Its time: at once, or a round figure, or when a segment is repeated the first time,
// the second ... by an RTO of a second (RFC 6298, 2.1 and 5.5); what comes later moves along. Of a
// segment: options, urgent pointer, odd windows and text go or become less, and its numbers become
// RCV.NXT and SND.NXT or stand close by. Of a call: fewer octets.
std::vector<Edits> edits_of_step(const scenario::Scenario&, std::size_t step);

// The first step of a script whose times are all absolute is at 0.
void rebase(scenario::Scenario&);

}  // namespace harness::campaign
