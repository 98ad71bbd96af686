// Streams keep their order and go on beside each other; events order streams.
//
// REQUIRES: emulated
// RUN: %clangxx_cuda -O1 -I%S/Inputs %s -o %t -L%cuda_path/lib64 \
// RUN:   -L%cuda_path/lib -lcudart
// RUN: env LD_LIBRARY_PATH=%emulated %t

#include "Expect.h"

#include <atomic>
#include <thread>
#include <vector>

__global__ void waitFor(const volatile int *Flag, int *Seen) {
  while (!*Flag)
    ;
  *Seen = *Flag;
}
__global__ void append(int *List, int Value) { List[++List[0]] = Value; }
__global__ void spin(int *Number, int Turns) {
  for (int I = 0; I < Turns; ++I)
    *static_cast<volatile int *>(Number) += 1;
}

static std::atomic<int> Called{0};
static void addToCalled(void *Value) { Called += *static_cast<int *>(Value); }
static void addIfGood(cudaStream_t, cudaError_t Error, void *Value) {
  if (Error == cudaSuccess)
    addToCalled(Value);
}

int main() {
  cudaStream_t A, B;
  OK(cudaStreamCreateWithFlags(&A, cudaStreamNonBlocking));
  OK(cudaStreamCreateWithFlags(&B, cudaStreamNonBlocking));

  // A kernel sees what a copy on another stream brings while it runs; the host
  // goes on in the meantime.
  int *Numbers, Got = 0, Five = 5;
  OK(cudaMalloc(&Numbers, 1024));
  OK(cudaMemset(Numbers, 0, 1024));
  cudaEvent_t Done, Late;
  OK(cudaEventCreate(&Done));
  OK(cudaEventCreate(&Late));
  waitFor<<<1, 1, 0, A>>>(Numbers, Numbers + 1);
  OK(cudaGetLastError());
  OK(cudaEventRecord(Done, A));
  GIVES(cudaErrorNotReady, cudaEventQuery(Done));
  GIVES(cudaErrorNotReady, cudaStreamQuery(A));
  EXPECT(cudaGetLastError() == cudaErrorNotReady);
  OK(cudaStreamQuery(B));
  OK(cudaMemcpyAsync(Numbers, &Five, 4, cudaMemcpyHostToDevice, B));
  OK(cudaEventSynchronize(Done));
  OK(cudaStreamQuery(A));
  OK(cudaMemcpyAsync(&Got, Numbers + 1, 4, cudaMemcpyDeviceToHost, A));
  EXPECT(Got == 5);

  // So does one that looks at memory of the host.
  int *Flag;
  OK(cudaHostAlloc(&Flag, 8, cudaHostAllocMapped));
  Flag[0] = 0;
  waitFor<<<1, 1, 0, A>>>(Flag, Flag + 1);
  OK(cudaGetLastError());
  static_cast<volatile int *>(Flag)[0] = 9;
  OK(cudaStreamSynchronize(A));
  EXPECT(Flag[1] == 9);

  // Order within a stream, and across two by an event.
  int *List = Numbers + 16, Order[9] = {};
  OK(cudaMemset(List, 0, sizeof Order));
  for (int I = 1; I <= 4; ++I)
    append<<<1, 1, 0, A>>>(List, I);
  OK(cudaEventRecord(Done, A));
  OK(cudaStreamWaitEvent(B, Done, 0));
  for (int I = 5; I <= 8; ++I)
    append<<<1, 1, 0, B>>>(List, I);
  OK(cudaEventRecord(Late, B));
  OK(cudaStreamSynchronize(B));
  OK(cudaMemcpy(Order, List, sizeof Order, cudaMemcpyDeviceToHost));
  for (int I = 0; I <= 8; ++I)
    EXPECT(Order[I] == (I ? I : 8));
  float Time = -1;
  OK(cudaEventElapsedTime(&Time, Done, Late));
  EXPECT(Time >= 0);

  // The legacy stream waits for blocking ones, and they for it.
  cudaStream_t C, D;
  OK(cudaStreamCreate(&C));
  OK(cudaStreamCreate(&D));
  OK(cudaMemset(List, 0, sizeof Order));
  spin<<<1, 1, 0, C>>>(Numbers, 100000);
  append<<<1, 1, 0, C>>>(List, 1);
  append<<<1, 1>>>(List, 2);
  append<<<1, 1, 0, D>>>(List, 3);
  OK(cudaStreamDestroy(D));
  OK(cudaMemcpy(Order, List, sizeof Order, cudaMemcpyDeviceToHost));
  EXPECT(Order[0] == 3 && Order[1] == 1 && Order[2] == 2 && Order[3] == 3);
  GIVES(cudaErrorInvalidResourceHandle, cudaStreamSynchronize(D));

  // Host functions, in order.
  int One = 1, Ten = 10;
  spin<<<1, 1, 0, A>>>(Numbers, 100000);
  OK(cudaLaunchHostFunc(A, addToCalled, &One));
  OK(cudaStreamAddCallback(A, addIfGood, &Ten, 0));
  OK(cudaStreamSynchronize(A));
  EXPECT(Called == 11);

  // From many threads at once.
  OK(cudaMemset(Numbers, 0, 1024));
  std::vector<std::thread> Threads;
  for (int T = 0; T < 8; ++T)
    Threads.emplace_back([=] {
      cudaStream_t Own;
      OK(cudaStreamCreate(&Own));
      int *Copy;
      OK(cudaMalloc(&Copy, 4));
      for (int I = 0; I < 50; ++I) {
        spin<<<1, 1, 0, Own>>>(Numbers + T, 3);
        OK(cudaGetLastError());
        OK(cudaMemcpyAsync(Copy, Numbers + T, 4, cudaMemcpyDeviceToDevice,
                           Own));
      }
      int Last = 0;
      OK(cudaMemcpyAsync(&Last, Copy, 4, cudaMemcpyDeviceToHost, Own));
      OK(cudaStreamSynchronize(Own));
      EXPECT(Last == 150);
      OK(cudaFree(Copy));
      OK(cudaStreamDestroy(Own));
    });
  for (std::thread &T : Threads)
    T.join();
}
