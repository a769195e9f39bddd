#include "reports/junit.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <pugixml.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "harness/clock/print.h"
#include "reports/outcome.h"
#include "reports/text.h"
#include "reports/wrap.h"

namespace reports {
namespace {

using harness::oracle::Finding;
using harness::oracle::Verdict;

struct Tally {
  std::uint32_t tests = 0, failures = 0, errors = 0, skipped = 0;
  std::int64_t span_ns = 0;

  void add(const Tally& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
    span_ns += other.span_ns;
  }
};

// One <testsuite>: what goes into it before it is written, for its counts stand at its head.
struct Suite {
  std::vector<const Result*> results;
  std::vector<const NotRun*> not_run;
};

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(value.c_str());
}

void set_seconds(pugi::xml_node node, std::int64_t ns) {
  set(node, "time", harness::clock::seconds(harness::clock::Duration{ns}));
}

void set_counts(pugi::xml_node node, const Tally& tally) {
  node.append_attribute("tests").set_value(tally.tests);
  node.append_attribute("failures").set_value(tally.failures);
  node.append_attribute("errors").set_value(tally.errors);
  node.append_attribute("skipped").set_value(tally.skipped);
  set_seconds(node, tally.span_ns);
}

void add_property(pugi::xml_node properties, const char* name, const std::string& value) {
  auto property = properties.append_child("property");
  set(property, "name", name);
  set(property, "value", value);
}

// XML 1.0 has no room for control characters, escaped or not.
std::string clean(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines += plain(text.substr(0, end)) + '\n';
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

void add_problem(pugi::xml_node test, const char* element, const Result& result) {
  auto problem = test.append_child(element);
  set(problem, "message", message(result));
  set(problem, "type", std::string{harness::oracle::name(result.verdict)});
  problem.append_child(pugi::node_pcdata)
      .set_value(clean(details(result, repeat_command(result))).c_str());
}

void add_skipped(pugi::xml_node test, std::string_view type, const std::string& why) {
  auto skipped = test.append_child("skipped");
  set(skipped, "message", why);
  set(skipped, "type", std::string{type});
}

void add_properties(pugi::xml_node test, const Result& result) {
  auto properties = test.append_child("properties");
  add_property(properties, "verdict", std::string{harness::oracle::name(result.verdict)});
  add_property(properties, "title", plain(result.title));
  for (const auto& rule : result.rules) add_property(properties, "rule", plain(rule));
  for (const auto& claim : result.claims) add_property(properties, "claim", plain(claim));
  for (const Finding& finding : result.findings) {
    if (finding.verdict != Verdict::NonStrict) continue;
    add_property(properties, "non-strict", plain(finding.text));
  }
  for (const auto& warning : result.warnings) add_property(properties, "warning", plain(warning));
  add_property(properties, "repeat", plain(repeat_command(result)));
}

pugi::xml_node add_test(pugi::xml_node suite, const std::string& class_name, const CaseName& name) {
  auto test = suite.append_child("testcase");
  set(test, "classname", class_name);
  set(test, "name", name.name);
  return test;
}

Tally add_result(pugi::xml_node suite, const std::string& class_name, const Result& result) {
  auto test = add_test(suite, class_name, case_name(result));
  set_seconds(test, result.span_ns);
  add_properties(test, result);
  Tally tally{.tests = 1, .span_ns = result.span_ns};
  switch (result.verdict) {
    case Verdict::Pass:
    case Verdict::NonStrict:
      break;
    case Verdict::Fail:
      tally.failures = 1;
      add_problem(test, "failure", result);
      break;
    case Verdict::HarnessError:
      tally.errors = 1;
      add_problem(test, "error", result);
      break;
    case Verdict::Inconclusive:
    case Verdict::Known:
    case Verdict::NotApplicable:
      tally.skipped = 1;
      add_skipped(test, harness::oracle::name(result.verdict), message(result));
      break;
  }
  return tally;
}

Tally add_not_run(pugi::xml_node suite, const std::string& class_name, const NotRun& skipped) {
  for (std::uint32_t i = 0; i < skipped.runs; ++i) {
    auto test = add_test(suite, class_name, case_name(skipped.scenario, i));
    set_seconds(test, 0);
    add_skipped(test, "not-run", plain(skipped.reason));
  }
  return {.tests = skipped.runs, .skipped = skipped.runs};
}

Tally add_suite(pugi::xml_node root, const Run& run, const std::string& topic, const Suite& what) {
  const std::string name = topic.empty() ? run.target : fmt::format("{}.{}", run.target, topic);
  auto suite = root.append_child("testsuite");
  set(suite, "name", name);
  auto properties = suite.append_child("properties");
  add_property(properties, "target", run.target);
  add_property(properties, "target-version", plain(run.version));
  add_property(properties, "tool-version", run.tool);
  add_property(properties, "ip", run.ip);
  add_property(properties, "seed", fmt::format("{}", run.seed));
  Tally tally;
  for (const Result* result : what.results) tally.add(add_result(suite, name, *result));
  for (const NotRun* skipped : what.not_run) tally.add(add_not_run(suite, name, *skipped));
  set_counts(suite, tally);
  return tally;
}

}  // namespace

std::string to_junit(const Run& run) {
  std::map<std::string, Suite> suites;  // By topic.
  for (const Result& result : run.results) {
    suites[case_name(result).topic].results.push_back(&result);
  }
  for (const NotRun& skipped : run.not_run) {
    suites[case_name(skipped.scenario, 0).topic].not_run.push_back(&skipped);
  }
  pugi::xml_document document;
  auto declaration = document.append_child(pugi::node_declaration);
  set(declaration, "version", "1.0");
  set(declaration, "encoding", "UTF-8");
  auto root = document.append_child("testsuites");
  set(root, "name", "lastack");
  Tally all;
  for (const auto& [topic, suite] : suites) all.add(add_suite(root, run, topic, suite));
  set_counts(root, all);

  std::ostringstream text;
  document.save(text, "  ", pugi::format_default, pugi::encoding_utf8);
  return text.str();
}

}  // namespace reports
