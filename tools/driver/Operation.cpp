//===- Operation.cpp - One piece of work of a stream or a graph -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Operation.h"
#include "Allocate.h"
#include "Driver.h"
#include "Module.h"

#include "llvm/ADT/STLExtras.h"

namespace reprise::driver {

Engine engineOf(const Operation &What) {
  if (std::holds_alternative<KernelLaunch>(What))
    return Engine::Compute;
  if (std::holds_alternative<HostCall>(What))
    return Engine::Host;
  return std::holds_alternative<Nothing>(What) ? Engine::None : Engine::Copy;
}

static CUresult callHost(CUctx_st &Context, const HostCall &Call) {
  flushOutput(Context);
  if (Call.Callback)
    Call.Callback(Call.Stream, Context.Sticky, Call.Data);
  else
    Call.Function(Call.Data);
  return CUDA_SUCCESS;
}

CUresult execute(Driver &D, CUctx_st &Context, const Operation &What) {
  return std::visit(
      llvm::makeVisitor(
          [&](const KernelLaunch &L) { return runKernel(D, Context, L); },
          [&](const Copy &C) { return runCopy(D, C); },
          [&](const Fill &F) { return runFill(D, F); },
          [&](const HostCall &H) { return callHost(Context, H); },
          [&](const ValueAccess &V) { return runValueAccess(D, V); },
          [&](const Release &R) {
            return releaseBlock(D, R.Address) ? CUDA_SUCCESS
                                              : CUDA_ERROR_INVALID_VALUE;
          },
          // What graphs hold besides does nothing by itself (Graph.cpp).
          [](const auto &) { return CUDA_SUCCESS; }),
      What);
}

/// After an error nothing of the context runs but callbacks, which are told.
static bool runsAfterError(const Operation &What) {
  const auto *Call = std::get_if<HostCall>(&What);
  return Call && Call->Callback;
}

std::function<void()> taskOf(const ContextRef &Context,
                             std::shared_ptr<const Operation> What) {
  return [Context, What = std::move(What)] {
    Driver *D = Driver::get();
    if (!D || (Context->Sticky && !runsAfterError(*What)))
      return;
    CUresult E = CUDA_SUCCESS;
    try {
      E = execute(*D, *Context, *What);
    } catch (const std::bad_alloc &) {
      E = CUDA_ERROR_OUT_OF_MEMORY;
    }
    if (E)
      Context->fail(E);
  };
}

TaskRef append(Driver &D, CUstream_st &Stream, Engine On,
               std::function<void()> Work, std::vector<TaskRef> After) {
  After.push_back(Stream.Last);
  if (ContextRef Context = Stream.Context.lock()) {
    if (&Stream == Context->Legacy.get()) {
      for (const StreamRef &Other : Context->Streams)
        if (Other->Blocking)
          After.push_back(Other->Last);
    } else if (Stream.Blocking) {
      After.push_back(Context->Legacy->Last);
    }
  }
  Stream.Last = D.Queue.add(On, std::move(Work), After);
  return Stream.Last;
}

CUresult issue(Driver &D, const StreamRef &Stream, Operation What,
               TaskRef *Task) {
  ContextRef Context = Stream->Context.lock();
  if (!Context)
    return CUDA_ERROR_CONTEXT_IS_DESTROYED;
  std::lock_guard Guard(D.Lock);
  if (Stream->Capturing)
    return capture(D, *Stream, std::move(What));
  // The legacy stream waits for the others, which one that captures cannot.
  if (Stream == Context->Legacy)
    for (const StreamRef &Other : Context->Streams)
      if (Other->Blocking && Other->Capturing) {
        Other->Capturing->Invalid = true;
        return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
      }
  Engine On = engineOf(What);
  auto Kept = std::make_shared<const Operation>(std::move(What));
  TaskRef T = append(D, *Stream, On, taskOf(Context, std::move(Kept)));
  if (Task)
    *Task = std::move(T);
  return CUDA_SUCCESS;
}

CUresult issueAndWait(Driver &D, const StreamRef &Stream, Operation What) {
  {
    std::lock_guard Guard(D.Lock);
    if (Stream->Capturing)
      return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  TaskRef Task;
  if (CUresult E = issue(D, Stream, std::move(What), &Task))
    return E;
  D.Queue.wait(Task);
  ContextRef Context = Stream->Context.lock();
  if (!Context)
    return CUDA_ERROR_CONTEXT_IS_DESTROYED;
  flushOutput(*Context);
  return Context->Sticky;
}

} // namespace reprise::driver
