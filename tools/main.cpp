//===- main.cpp - The command `reprise` -----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckpointPlan.h"
#include "Commands.h"
#include "Printable.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace {

cl::OptionCategory Category("Options");

cl::SubCommand Audit("audit", "classify all kernels of the inputs");
cl::SubCommand Explain("explain", "show what decides about one kernel");
cl::SubCommand Check("check", "decide one launch, or recorded ones");
cl::SubCommand Verify("verify", "run launches on the CPU, kill them, run them "
                                "again, and compare with the verdict");

cl::SubCommand Instrument("instrument", "add checkpointed twins of kernels to "
                                        "PTX and programs, so that they can "
                                        "be stopped");
cl::SubCommand Run("run", "start a program with its launches checked");

enum class OutputFormat { Text, Json };

cl::opt<reprise::AuditFormat> FormatOfAudit(
    "format", cl::desc("Form of the output"), cl::sub(Audit), cl::cat(Category),
    cl::init(reprise::AuditFormat::Text),
    cl::values(clEnumValN(reprise::AuditFormat::Text, "text",
                          "for people (default)"),
               clEnumValN(reprise::AuditFormat::Json, "json", "for programs"),
               clEnumValN(reprise::AuditFormat::Html, "html",
                          "a page to browse large audits with")));
cl::opt<std::string>
    Output("o", cl::sub(Audit), cl::cat(Category), cl::value_desc("file"),
           cl::init("-"), cl::desc("Write to a file, not to standard output"));
cl::opt<OutputFormat> Format(
    "format", cl::desc("Form of the output"), cl::sub(Explain), cl::sub(Check),
    cl::sub(Verify), cl::sub(Instrument), cl::sub(Run), cl::cat(Category),
    cl::init(OutputFormat::Text),
    cl::values(clEnumValN(OutputFormat::Text, "text", "for people (default)"),
               clEnumValN(OutputFormat::Json, "json", "for programs")));
cl::opt<unsigned> SolverLimit(
    "solver-limit",
    cl::desc("Resource limit of one Z3 query, in Z3's units; 0: no proofs "
             "(default 400000, 0 for files with more than 4 MiB of PTX)"),
    cl::sub(Audit), cl::sub(Explain), cl::sub(Check), cl::sub(Verify),
    cl::sub(Instrument), cl::cat(Category), cl::init(400000),
    cl::value_desc("units"));

cl::list<std::string> AuditInputs(cl::Positional, cl::sub(Audit), cl::OneOrMore,
                                  cl::cat(Category),
                                  cl::desc("INPUT... [-- CLANG-FLAGS]"));
cl::list<std::string>
    Globs("kernel", cl::sub(Audit), cl::cat(Category), cl::value_desc("glob"),
          cl::desc("Only kernels with this name; repeatable"));
cl::list<std::string>
    Require("require", cl::sub(Audit), cl::cat(Category), cl::CommaSeparated,
            cl::value_desc("class[,class]"),
            cl::desc("Exit with 1 unless every kernel has one of the classes"));
cl::opt<std::string>
    TargetArch("arch", cl::sub(Audit), cl::sub(Explain), cl::sub(Check),
               cl::sub(Verify), cl::cat(Category), cl::value_desc("sm_XX"),
               cl::desc("Of binaries: only images that run on this"));
cl::list<std::string>
    WantedImages("image", cl::sub(Audit), cl::sub(Explain), cl::sub(Check),
                 cl::sub(Verify), cl::cat(Category),
                 cl::value_desc("number|glob"),
                 cl::desc("Of binaries: only these images, as --list-images "
                          "numbers and names them; repeatable"));
cl::opt<unsigned>
    Threads("j", cl::Prefix, cl::sub(Audit), cl::cat(Category), cl::init(0),
            cl::value_desc("threads"),
            cl::desc("Threads that analyse; default: as many as there are"));
cl::opt<bool> NoCache("no-cache", cl::sub(Audit), cl::sub(Explain),
                      cl::sub(Check), cl::sub(Verify), cl::cat(Category),
                      cl::desc("Neither use nor keep results of earlier runs"));
cl::opt<bool>
    Recursive("recursive", cl::sub(Audit), cl::cat(Category),
              cl::desc("Inputs are folders: CUDA sources and PTX below them"));
cl::opt<bool> Binaries("binaries", cl::sub(Audit), cl::cat(Category),
                       cl::desc("With --recursive: binaries as well"));
cl::opt<bool> Verbose("v", cl::sub(Audit), cl::cat(Category),
                      cl::desc("With --recursive: print all that clang says"));
cl::opt<std::string>
    Expect("expect", cl::sub(Audit), cl::cat(Category), cl::value_desc("file"),
           cl::desc("Compare with a table of kernels and classes, "
                    "tab-separated (docs/formats.md)"));
cl::opt<bool>
    Statistics("statistics", cl::sub(Audit), cl::cat(Category),
               cl::desc("Print what Z3 was asked, and its time, to stderr"));
cl::opt<bool> ListImages("list-images", cl::sub(Audit), cl::cat(Category),
                         cl::desc("List the images of binaries, not kernels"));
cl::opt<std::string> Database("db", cl::sub(Audit), cl::cat(Category),
                              cl::value_desc("file"),
                              cl::desc("Write the summaries to a file"));
enum class DatabaseForm { ByName, Json, Compact };
cl::opt<DatabaseForm> FormOfDatabase(
    "db-format", cl::desc("Form of that file"), cl::sub(Audit),
    cl::cat(Category), cl::init(DatabaseForm::ByName),
    cl::values(clEnumValN(DatabaseForm::ByName, "auto",
                          "compact for FILE.reprise, else json (default)"),
               clEnumValN(DatabaseForm::Json, "json", "for people as well"),
               clEnumValN(DatabaseForm::Compact, "compact",
                          "loaded in milliseconds")));

cl::opt<std::string> SingleInput(cl::Positional, cl::sub(Explain),
                                 cl::sub(Check), cl::sub(Verify), cl::Required,
                                 cl::cat(Category),
                                 cl::desc("INPUT [-- CLANG-FLAGS]"));
cl::opt<std::string> KernelName(
    "kernel", cl::sub(Explain), cl::cat(Category), cl::Required,
    cl::value_desc("name"),
    cl::desc("Mangled or demangled name, or a unique prefix of either"));

cl::opt<bool> Checkpoints("checkpoints", cl::sub(Explain), cl::cat(Category),
                          cl::desc("Show where the kernel can be stopped, and "
                                   "why not elsewhere"));

// A launch; in its place, a file of them.
cl::opt<std::string> LaunchedKernel(
    "kernel", cl::sub(Check), cl::sub(Verify), cl::cat(Category),
    cl::value_desc("name"),
    cl::desc("Mangled or demangled name, or a unique prefix of either"));
cl::opt<std::string> Grid("grid", cl::sub(Check), cl::sub(Verify),
                          cl::cat(Category), cl::value_desc("x[,y[,z]]"),
                          cl::desc("Blocks of the grid"));
cl::opt<std::string> Block("block", cl::sub(Check), cl::sub(Verify),
                           cl::cat(Category), cl::value_desc("x[,y[,z]]"),
                           cl::desc("Threads of a block"));
cl::opt<unsigned> Shared("shared", cl::sub(Check), cl::sub(Verify),
                         cl::cat(Category), cl::init(0),
                         cl::value_desc("bytes"),
                         cl::desc("Dynamic shared memory"));
cl::list<std::string>
    Arguments("arg", cl::sub(Check), cl::cat(Category), cl::value_desc("value"),
              cl::desc("Next argument: an integer, a number, or hex:BYTES"));
cl::list<std::string> Allocations("alloc", cl::sub(Check), cl::cat(Category),
                                  cl::value_desc("base:size"),
                                  cl::desc("Allocation alive at launch"));
cl::list<std::string> Symbols("symbol", cl::sub(Check), cl::cat(Category),
                              cl::value_desc("name=base:size"),
                              cl::desc("Where a __device__ variable lies"));
cl::list<std::string> Textures(
    "texture", cl::sub(Check), cl::sub(Verify), cl::cat(Category),
    cl::value_desc("handle=base:size|handle=array[:number]"),
    cl::desc("What a texture object is bound to; for verify handle=buffer, of "
             "single numbers of 32 bits"));
cl::list<std::string> Surfaces(
    "surface", cl::sub(Check), cl::cat(Category),
    cl::value_desc("handle=base:size|handle=array[:number]"),
    cl::desc("What a surface object is bound to; arrays of one number are the "
             "same array"));
cl::list<std::string>
    ConstantContents("content", cl::sub(Check), cl::sub(Verify),
                     cl::cat(Category), cl::value_desc("name[+offset]=hex"),
                     cl::desc("Bytes that a __constant__ variable holds"));
cl::opt<bool> NoInBounds(
    "no-in-bounds", cl::sub(Check), cl::sub(Verify), cl::cat(Category),
    cl::desc("Do not assume that accesses stay inside their allocation"));
cl::opt<std::string> Launches(
    "launches", cl::sub(Check), cl::sub(Verify), cl::cat(Category),
    cl::value_desc("file"),
    cl::desc("Take launches from a file (docs/formats.md), - for standard "
             "input, in place of the options that describe one"));

cl::list<std::string> BufferArguments(
    "arg", cl::sub(Verify), cl::cat(Category), cl::value_desc("value"),
    cl::desc("Next argument: a buffer NAME, NAME+BYTES or NAME-BYTES, an "
             "integer, a number, or hex:BYTES, where {NAME+BYTES} stands for "
             "an address"));
cl::list<std::string> BufferSpecs(
    "buffer", cl::sub(Verify), cl::cat(Category),
    cl::value_desc("name=type[count][:content]"),
    cl::desc("Memory that arguments name. Types: char short int long, uint, "
             "int8 to uint64, half float double, ptr. Contents: zero (default) "
             "iota random[=LOW,HIGH] const=V list=V,V,... file=PATH"));
cl::opt<std::string> Contents(
    "init", cl::sub(Verify), cl::cat(Category), cl::init("zero"),
    cl::value_desc("[type:]content"),
    cl::desc("What recorded allocations hold, as of --buffer (default zero)"));
cl::opt<uint64_t> Seed("seed", cl::sub(Verify), cl::cat(Category), cl::init(1),
                       cl::value_desc("number"),
                       cl::desc("Of random contents, schedules and cuts; equal "
                                "seeds give equal answers (default 1)"));
cl::opt<unsigned> Schedules("schedules", cl::sub(Verify), cl::cat(Category),
                            cl::init(4), cl::value_desc("number"),
                            cl::desc("Orders of threads to try (default 4)"));
cl::opt<unsigned> Cuts("cuts", cl::sub(Verify), cl::cat(Category), cl::init(24),
                       cl::value_desc("number"),
                       cl::desc("Runs to kill and run again (default 24)"));
cl::opt<uint64_t> InstructionLimit(
    "instruction-limit", cl::sub(Verify), cl::cat(Category),
    cl::init(uint64_t(1) << 30), cl::value_desc("number"),
    cl::desc("Of all threads in one run; one that needs more is not executed "
             "(default 1073741824)"));

cl::opt<std::string> InstrumentInput(cl::Positional, cl::sub(Instrument),
                                     cl::Required, cl::cat(Category),
                                     cl::desc("INPUT"));
cl::opt<std::string> InstrumentOutput("o", cl::sub(Instrument), cl::Required,
                                      cl::cat(Category), cl::value_desc("file"),
                                      cl::desc("The new file"));
cl::list<std::string>
    InstrumentGlobs("kernel", cl::sub(Instrument), cl::cat(Category),
                    cl::value_desc("glob"),
                    cl::desc("Only kernels with this name; repeatable"));
cl::opt<unsigned> PollInstructions(
    "poll-instructions", cl::sub(Instrument), cl::cat(Category),
    cl::init(reprise::PlanOptions().PollInstructions), cl::value_desc("number"),
    cl::desc("Instructions of a thread from checkpoint to checkpoint, about "
             "(default 2048)"));

cl::opt<bool> SpreadRequests(
    "spread-requests", cl::sub(Instrument), cl::cat(Category),
    cl::init(reprise::PlanOptions().Spread),
    cl::desc("Twins read copies of the request, one for each multiprocessor, "
             "so that their polls do not wait for each other"));

cl::list<std::string> Assemble(
    "arch", cl::sub(Instrument), cl::cat(Category), cl::value_desc("sm_XX"),
    cl::desc("Compile the new PTX for this architecture, in place of the "
             "machine code that is there; repeatable"));
cl::opt<bool>
    Summaries("summaries", cl::sub(Instrument), cl::cat(Category),
              cl::desc("Analyse the kernels and add their summaries, so that "
                       "launches are decided without a database"));
cl::opt<bool>
    DropCubins("drop-cubins", cl::sub(Instrument), cl::cat(Category),
               cl::desc("Leave out machine code that would be taken before the "
                        "new PTX"));

cl::opt<std::string> RunMode(
    "mode", cl::sub(Run), cl::cat(Category), cl::init("observe"),
    cl::value_desc("mode"),
    cl::desc(
        "observe: count verdicts and reasons (default). record: also write "
        "every launch to --log. enforce: --policy says what happens to "
        "launches that are not idempotent. off: only load the library"));
cl::list<std::string>
    RunDatabases("db", cl::sub(Run), cl::cat(Category), cl::value_desc("file"),
                 cl::desc("Summaries that 'reprise audit --db' made of the "
                          "program's binaries; repeatable"));
cl::opt<bool> AutoAudit(
    "auto-audit", cl::sub(Run), cl::cat(Category),
    cl::desc("Audit images that have no summary, in another process; their "
             "verdicts are known to later launches and runs"));
cl::opt<std::string> RunLog("log", cl::sub(Run), cl::cat(Category),
                            cl::init("reprise.jsonl"), cl::value_desc("file"),
                            cl::desc("Of --mode record (default "
                                     "reprise.jsonl)"));
cl::opt<std::string> RunOutput("output", cl::sub(Run), cl::cat(Category),
                               cl::value_desc("file"),
                               cl::desc("Write the report to a file, not to "
                                        "standard error"));
cl::opt<std::string> RunPolicy(
    "policy", cl::sub(Run), cl::cat(Category), cl::init("warn"),
    cl::value_desc("policy"),
    cl::desc("Of --mode enforce: allow, warn (default), fail (the launch "
             "returns CUDA_ERROR_NOT_PERMITTED), abort"));
cl::opt<unsigned> RunWindow(
    "window", cl::sub(Run), cl::cat(Category), cl::value_desc("operations"),
    cl::desc("Keep a rollback window of each stream's last operations, and "
             "report how far back a restart was valid"));
cl::opt<bool> Shim("shim", cl::sub(Run), cl::cat(Category),
                   cl::desc("Put a libcuda.so.1 in front of LD_LIBRARY_PATH in "
                            "place of LD_PRELOAD"));
cl::opt<bool> Emulated("emulated", cl::sub(Run), cl::cat(Category),
                       cl::desc("Run on the CPU, with the emulated driver"));
cl::opt<bool> OtherPtx(
    "other-ptx", cl::sub(Run), cl::cat(Category),
    cl::desc("Let PTX answer for machine code of another architecture beside "
             "it. Code that depends on the architecture may differ"));

/// Either a launch or a file of them is described, not half of one.
bool describesLaunch(bool Others, std::string &Problem) {
  bool Given = LaunchedKernel.getNumOccurrences() || Grid.getNumOccurrences() ||
               Block.getNumOccurrences() || Shared.getNumOccurrences() ||
               Others;
  if (!Launches.empty()) {
    if (Given)
      Problem = "--launches is a file of whole launches; leave out what "
                "describes one (--kernel, --grid, --block, --shared, --arg, "
                "--alloc, --symbol, --texture, --surface, --content, "
                "--buffer)";
  } else if (Launches.getNumOccurrences()) {
    Problem = "--launches takes a file";
  } else {
    for (auto *O : {&LaunchedKernel, &Grid, &Block})
      if (!O->getNumOccurrences() && Problem.empty())
        Problem = "--" + O->ArgStr.str() +
                  " is missing; a launch has --kernel, --grid and --block, "
                  "or give a file of launches with --launches";
  }
  return Problem.empty();
}

int misused(const std::string &Problem) {
  errs() << "reprise: error: " << Problem << '\n';
  return reprise::CouldNotRun;
}

void printVersion(raw_ostream &OS) {
  OS << "reprise " << reprise_version() << '\n';
}

} // namespace

namespace reprise {

int reportError(Error E) {
  errs() << "reprise: error: "
         << printable(toString(std::move(E)), /*KeepLines=*/true) << '\n';
  return CouldNotRun;
}

std::string location(const SourceLoc &L) {
  if (!L.Line)
    return "";
  std::string Text =
      sys::path::filename(L.File).str() + ":" + std::to_string(L.Line);
  if (L.Column)
    Text += ":" + std::to_string(L.Column);
  return Text;
}

} // namespace reprise

int main(int Argc, char **Argv) {
  InitLLVM Init(Argc, Argv);
  cl::HideUnrelatedOptions(Category, Audit);
  cl::HideUnrelatedOptions(Category, Explain);
  cl::HideUnrelatedOptions(Category, Check);
  cl::HideUnrelatedOptions(Category, Verify);
  cl::HideUnrelatedOptions(Category, Instrument);
  cl::HideUnrelatedOptions(Category, Run);
  cl::HideUnrelatedOptions(Category);
  cl::SetVersionPrinter(printVersion);

  // What follows `--` is for clang.
  reprise::InputOptions Options;
  int Own = Argc;
  for (int I = 1; I < Argc; ++I)
    if (StringRef(Argv[I]) == "--") {
      Own = I;
      Options.ClangFlags.assign(Argv + I + 1, Argv + Argc);
      break;
    }
  // A wrong command line is "could not run", not LLVM's usual 1.
  std::string Message;
  raw_string_ostream Errors(Message);
  if (!cl::ParseCommandLineOptions(
          Own, Argv,
          "reprise: can this GPU kernel launch be killed and run again?\n",
          &Errors)) {
    errs() << StringRef(Errors.str()).rtrim() << '\n';
    return reprise::CouldNotRun;
  }
  Options.Analysis.SolverLimit = SolverLimit;
  Options.Cache = !NoCache;
  Options.SolverLimitGiven = SolverLimit.getNumOccurrences() > 0;
  bool Json = Format == OutputFormat::Json;
  if (!TargetArch.empty()) {
    auto Parsed = reprise::parseArch(TargetArch);
    if (!Parsed)
      return reprise::reportError(Parsed.takeError());
    Options.Images.Target = *Parsed;
  }
  Options.Images.Images = WantedImages;
  if (Error E = reprise::checkRequest(Options.Images))
    return reprise::reportError(std::move(E));

  if (Audit) {
    Options.Threads = Threads;
    bool Compact = FormOfDatabase == DatabaseForm::ByName
                       ? sys::path::extension(Database) == ".reprise"
                       : FormOfDatabase == DatabaseForm::Compact;
    if (!Recursive && (Binaries || Verbose))
      return misused("--binaries and -v go with --recursive");
    if (ListImages && (Recursive || !Expect.empty()))
      return misused("--list-images lists no kernels; leave out --recursive "
                     "and --expect");
    if (Expect.empty() && Expect.getNumOccurrences())
      return misused("--expect takes a file");
    return reprise::runAudit({AuditInputs, Globs, Require, Database, Output,
                              FormatOfAudit, ListImages, Compact, Recursive,
                              Binaries, Verbose, Expect, Statistics, Options});
  }
  if (Explain && Checkpoints)
    return reprise::runExplainCheckpoints(
        {SingleInput, KernelName, Json, Options});
  if (Explain)
    return reprise::runExplain({SingleInput, KernelName, Json, Options});
  if (Check) {
    if (!describesLaunch(!Arguments.empty() || !Allocations.empty() ||
                             !Symbols.empty() || !Textures.empty() ||
                             !Surfaces.empty() || !ConstantContents.empty(),
                         Message))
      return misused(Message);
    return reprise::runCheck({SingleInput, LaunchedKernel, Grid, Block, Shared,
                              Arguments, Allocations, Symbols, Textures,
                              Surfaces, ConstantContents, NoInBounds, Launches,
                              Json, Options});
  }
  if (Verify) {
    if (!describesLaunch(!BufferArguments.empty() || !BufferSpecs.empty() ||
                             !Textures.empty() || !ConstantContents.empty(),
                         Message))
      return misused(Message);
    if (!Schedules)
      return misused("--schedules is at least 1");
    if (Launches.empty() && Contents.getNumOccurrences())
      return misused("--init is for --launches; buffers have contents of "
                     "their own");
    return reprise::runVerify(
        {SingleInput, LaunchedKernel, Grid, Block, Shared, BufferArguments,
         BufferSpecs, Textures, ConstantContents, NoInBounds, Launches,
         Contents, Seed, Schedules, Cuts, InstructionLimit, Json, Options});
  }
  if (Instrument) {
    constexpr unsigned Most = 1u << 30;
    if (!PollInstructions || PollInstructions > Most)
      return misused("--poll-instructions is from 1 to 1073741824");
    return reprise::runInstrument({InstrumentInput, InstrumentOutput,
                                   InstrumentGlobs, PollInstructions,
                                   Options.Analysis, Assemble, DropCubins,
                                   Summaries, SpreadRequests, Json});
  }
  if (Run) {
    auto OneOf = [](const std::string &Text,
                    std::initializer_list<const char *> Names) {
      return is_contained(Names, Text);
    };
    if (!OneOf(RunMode, {"off", "observe", "record", "enforce"}))
      return misused("--mode is one of observe, record, enforce and off");
    if (!OneOf(RunPolicy, {"allow", "warn", "fail", "abort"}))
      return misused("--policy is one of allow, warn, fail and abort");
    if (RunPolicy.getNumOccurrences() && RunMode != "enforce")
      return misused("--policy goes with --mode enforce");
    if (RunLog.getNumOccurrences() && RunMode != "record")
      return misused("--log goes with --mode record");
    if (RunWindow.getNumOccurrences() && (RunWindow < 1 || RunWindow > 65536))
      return misused("--window is a number of operations from 1 to 65536");
    if (RunWindow.getNumOccurrences() && RunMode == "off")
      return misused("--window does not go with --mode off");
    return reprise::runProgram(
        {Options.ClangFlags, RunMode, RunPolicy, RunDatabases, RunLog,
         RunOutput, Json, AutoAudit, OtherPtx, RunWindow, Shim, Emulated});
  }
  errs() << "reprise: name a command: audit, explain, check, verify, "
            "instrument or run (see reprise --help)\n";
  return reprise::CouldNotRun;
}
