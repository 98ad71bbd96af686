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
  if (std::holds_alternative<ValueWait>(What))
    return Engine::Wait;
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

/// Without a driver, or after an error, nothing is done.
static Driver *driverFor(const CUctx_st &Context, const Operation &What) {
  return Context.Sticky && !runsAfterError(What) ? nullptr : Driver::get();
}

TaskRef start(Driver &D, const ContextRef &Context,
              const std::shared_ptr<const Operation> &What,
              const std::vector<TaskRef> &After) {
  if (std::holds_alternative<ValueWait>(*What))
    return D.Queue.addWait(
        [Context, What] {
          Driver *Now = driverFor(*Context, *What);
          return !Now || hasCome(*Now, std::get<ValueWait>(*What));
        },
        After);
  return D.Queue.add(
      engineOf(*What),
      [Context, What] {
        Driver *Now = driverFor(*Context, *What);
        if (!Now)
          return;
        CUresult E = CUDA_SUCCESS;
        try {
          E = execute(*Now, *Context, *What);
        } catch (const std::bad_alloc &) {
          E = CUDA_ERROR_OUT_OF_MEMORY;
        }
        if (E)
          Context->fail(E);
      },
      After);
}

/// What the next work of the stream has to wait for.
static std::vector<TaskRef> before(const CUstream_st &Stream) {
  std::vector<TaskRef> Tasks{Stream.Last};
  if (ContextRef Context = Stream.Context.lock()) {
    if (&Stream == Context->Legacy.get()) {
      for (const StreamRef &Other : Context->Streams)
        if (Other->Blocking)
          Tasks.push_back(Other->Last);
    } else if (Stream.Blocking) {
      Tasks.push_back(Context->Legacy->Last);
    }
  }
  return Tasks;
}

TaskRef mark(Driver &D, CUstream_st &Stream, const TaskRef &After) {
  std::vector<TaskRef> Tasks = before(Stream);
  Tasks.push_back(After);
  Stream.Last = D.Queue.add(Engine::None, {}, Tasks);
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
  Stream->Last =
      start(D, Context, std::make_shared<const Operation>(std::move(What)),
            before(*Stream));
  if (Task)
    *Task = Stream->Last;
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
