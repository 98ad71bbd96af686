//===- Settings.cpp - What was asked of the interposer ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Settings.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace reprise::cuda {

namespace {

std::string variable(const char *Name) {
  const char *Value = std::getenv(Name);
  return Value ? Value : "";
}

template <typename T> struct Choice {
  const char *Name;
  T Value;
};

template <typename T, size_t N>
T choose(const char *Variable, const Choice<T> (&Choices)[N], T Default) {
  std::string Text = variable(Variable);
  if (Text.empty())
    return Default;
  for (const Choice<T> &C : Choices)
    if (Text == C.Name)
      return C.Value;
  std::string Known;
  for (const Choice<T> &C : Choices)
    Known += std::string(Known.empty() ? "" : ", ") + C.Name;
  std::fprintf(stderr, "reprise: warning: %s is '%s'; it is one of %s\n",
               Variable, Text.c_str(), Known.c_str());
  return Default;
}

std::string cacheFolder() {
  std::string Folder = variable("XDG_CACHE_HOME");
  if (Folder.empty() && !variable("HOME").empty())
    Folder = variable("HOME") + "/.cache";
  return Folder.empty() ? "" : Folder + "/reprise/images";
}

/// A number of 1 to 65536, or 0 where the variable is not set.
size_t windowSize() {
  const std::string Text = variable("REPRISE_WINDOW");
  size_t Number = 0;
  const char *const End = Text.data() + Text.size();
  const auto [Last, Problem] = std::from_chars(Text.data(), End, Number);
  if (Text.empty() ||
      (Problem == std::errc() && Last == End && Number >= 1 && Number <= 65536))
    return Number;
  std::fprintf(stderr,
               "reprise: warning: REPRISE_WINDOW is '%s'; it is a number from "
               "1 to 65536\n",
               Text.c_str());
  return 0;
}

Settings read() {
  Settings S;
  S.Operation = choose("REPRISE_MODE",
                       {Choice<Mode>{"off", Mode::Off},
                        {"observe", Mode::Observe},
                        {"record", Mode::Record},
                        {"enforce", Mode::Enforce}},
                       S.Operation);
  S.OnOthers = choose("REPRISE_POLICY",
                      {Choice<Policy>{"allow", Policy::Allow},
                       {"warn", Policy::Warn},
                       {"fail", Policy::Fail},
                       {"abort", Policy::Abort}},
                      S.OnOthers);
  std::string Databases = variable("REPRISE_DB");
  for (size_t At = 0; At < Databases.size();) {
    size_t End = std::min(Databases.find(':', At), Databases.size());
    if (End > At)
      S.Databases.push_back(Databases.substr(At, End - At));
    At = End + 1;
  }
  S.Cache = cacheFolder();
  S.Auditor = variable("REPRISE_AUDITOR");
  if (!variable("REPRISE_LOG").empty())
    S.Log = variable("REPRISE_LOG");
  S.Output = variable("REPRISE_OUTPUT");
  S.Json = choose("REPRISE_FORMAT",
                  {Choice<bool>{"text", false}, {"json", true}}, false);
  S.OtherArchitectures = variable("REPRISE_OTHER_PTX") == "1";
  S.Silent = variable("REPRISE_QUIET") == "1";
  S.Request =
      choose("REPRISE_PREEMPT_REQUEST",
             {Choice<reprise_request_place>{"device", REPRISE_REQUEST_DEVICE},
              {"host", REPRISE_REQUEST_HOST},
              {"copy", REPRISE_REQUEST_COPY},
              {"spread", REPRISE_REQUEST_SPREAD}},
             S.Request);
  S.Window = windowSize();
  S.Left = choose("REPRISE_PREEMPT_LEFT",
                  {Choice<reprise_request_place>{"host", REPRISE_REQUEST_HOST},
                   {"device", REPRISE_REQUEST_DEVICE}},
                  S.Left);
  return S;
}

} // namespace

const Settings &settings() {
  // Never destroyed: exit handlers of the program may still launch.
  static const Settings *const Given = new Settings(read());
  return *Given;
}

std::string forThisProcess(const std::string &File) {
  if (variable("REPRISE_PID") == std::to_string(getpid()) ||
      variable("REPRISE_PID").empty())
    return File;
  return File + "." + std::to_string(getpid());
}

} // namespace reprise::cuda
