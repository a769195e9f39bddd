#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "reports/result.h"
#include "reports/run.h"

namespace reports {

// One object on one line, without a line end: a line of results.jsonl. The record of the run is a
// file of its own and not in it.
std::string to_json(const Result&);
// The same with the record of the run: nothing is lost.
std::string to_json_whole(const Result&);
// Reads both. The error is a sentence.
std::expected<Result, std::string> from_json(std::string_view);

// report.json: one object, {"schema": "lastack-report", "version": 1, ...}, as
// lastack-report.schema.json describes it.
std::string to_json(const Run&);

}  // namespace reports
