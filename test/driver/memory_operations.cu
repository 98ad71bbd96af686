// Streams wait for values in memory and hold nobody else up: neither other
// streams nor copies and host functions. Values come from the host, from a
// copy, from a kernel and from another stream. Kernels see what streams write.
//
// REQUIRES: emulated
// RUN: %clangxx_cuda -O1 -I%S/Inputs %s -o %t -L%cuda_path/lib64 \
// RUN:   -L%cuda_path/lib -lcudart -L%emulated -lcuda
// RUN: env LD_LIBRARY_PATH=%emulated %t

#include "Expect.h"

#include <atomic>
#include <cuda.h>

__global__ void set(int *To, int Value) { *To = Value; }
__global__ void waitFor(const volatile int *Flag, int *Seen) {
  while (!*Flag)
    ;
  *Seen = *Flag;
}

static std::atomic<int> Called{0};
static void call(void *) { ++Called; }

static CUdeviceptr at(const void *Address) {
  return reinterpret_cast<CUdeviceptr>(Address);
}

int main() {
  cudaStream_t A, B, C;
  for (cudaStream_t *Each : {&A, &B, &C})
    OK(cudaStreamCreateWithFlags(Each, cudaStreamNonBlocking));
  int *Host, *Numbers, Got = 0, Seven = 7;
  OK(cudaHostAlloc(&Host, 64, cudaHostAllocMapped));
  for (int I = 0; I < 16; ++I)
    Host[I] = 0;
  OK(cudaMalloc(&Numbers, 64));
  OK(cudaMemset(Numbers, 0, 64));

  for (CUdevice_attribute Each :
       {CU_DEVICE_ATTRIBUTE_CAN_USE_64_BIT_STREAM_MEM_OPS,
        CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_WAIT_VALUE_NOR}) {
    int Can = 0;
    OK(cuDeviceGetAttribute(&Can, Each, 0));
    EXPECT(Can == 1);
  }

  // The host's store ends the wait; in the meantime kernels, copies and host
  // functions of another stream are done.
  OK(cuStreamWaitValue32(A, at(Host), 5, CU_STREAM_WAIT_VALUE_EQ));
  set<<<1, 1, 0, A>>>(Numbers, 1);
  OK(cudaGetLastError());
  set<<<1, 1, 0, B>>>(Numbers + 1, 2);
  OK(cudaGetLastError());
  OK(cudaMemcpyAsync(Host + 1, Numbers + 1, 4, cudaMemcpyDeviceToHost, B));
  OK(cudaLaunchHostFunc(B, call, nullptr));
  OK(cudaStreamSynchronize(B));
  EXPECT(Host[1] == 2 && Called == 1);
  GIVES(cudaErrorNotReady, cudaStreamQuery(A));
  EXPECT(cudaGetLastError() == cudaErrorNotReady);
  volatile int *Shared = Host;
  Shared[0] = 4;
  GIVES(cudaErrorNotReady, cudaStreamQuery(A));
  EXPECT(cudaGetLastError() == cudaErrorNotReady);
  Shared[0] = 5;
  OK(cudaStreamSynchronize(A));
  OK(cudaMemcpy(&Got, Numbers, 4, cudaMemcpyDeviceToHost));
  EXPECT(Got == 1);

  // A wait that began first does not keep one that began later from ending, and
  // both of one stream are in order.
  OK(cuStreamWaitValue32(A, at(Host + 2), 1, CU_STREAM_WAIT_VALUE_GEQ));
  OK(cuStreamWaitValue32(B, at(Numbers + 2), 3, CU_STREAM_WAIT_VALUE_GEQ));
  OK(cudaMemcpyAsync(Numbers + 2, &Seven, 4, cudaMemcpyHostToDevice, C));
  OK(cudaStreamSynchronize(B));
  GIVES(cudaErrorNotReady, cudaStreamQuery(A));
  EXPECT(cudaGetLastError() == cudaErrorNotReady);
  set<<<1, 1, 0, C>>>(Host + 2, 9);
  OK(cudaGetLastError());
  OK(cudaStreamSynchronize(A));

  // The conditions: below in a circle, a common bit, a bit of neither.
  struct {
    unsigned How, Value, Without, With;
  } Cases[] = {{CU_STREAM_WAIT_VALUE_GEQ, 5, 4, 6},
               {CU_STREAM_WAIT_VALUE_GEQ, 0xfffffff0, 0xffffffef, 3},
               {CU_STREAM_WAIT_VALUE_EQ, 5, 6, 5},
               {CU_STREAM_WAIT_VALUE_AND, 6, 9, 10},
               {CU_STREAM_WAIT_VALUE_NOR, 0xf0f0f0f0, 0x0f0f0f0f, 0x0f0f0f0e}};
  for (const auto &Each : Cases) {
    Shared[3] = static_cast<int>(Each.Without);
    OK(cuStreamWaitValue32(A, at(Host + 3), Each.Value, Each.How));
    OK(cuStreamWaitValue32(B, at(Host + 3), Each.Without,
                           CU_STREAM_WAIT_VALUE_EQ));
    OK(cudaStreamSynchronize(B)); // It was looked at by now.
    GIVES(cudaErrorNotReady, cudaStreamQuery(A));
    EXPECT(cudaGetLastError() == cudaErrorNotReady);
    Shared[3] = static_cast<int>(Each.With);
    OK(cudaStreamSynchronize(A));
  }

  // 64 bits: the upper half counts.
  OK(cudaMemset(Numbers, 0, 64));
  OK(cuStreamWaitValue64(A, at(Numbers + 4), 1ULL << 40,
                         CU_STREAM_WAIT_VALUE_GEQ));
  OK(cuStreamWriteValue32(B, at(Numbers + 4), 0xffffffff, 0));
  OK(cudaStreamSynchronize(B));
  GIVES(cudaErrorNotReady, cudaStreamQuery(A));
  EXPECT(cudaGetLastError() == cudaErrorNotReady);
  OK(cuStreamWriteValue64(B, at(Numbers + 4), 1ULL << 41, 0));
  OK(cudaStreamSynchronize(A));

  // A kernel that runs sees what a stream writes.
  waitFor<<<1, 1, 0, A>>>(Numbers + 6, Numbers + 7);
  OK(cudaGetLastError());
  OK(cuStreamWriteValue32(B, at(Numbers + 6), 12, 0));
  OK(cudaStreamSynchronize(A));
  OK(cudaMemcpy(&Got, Numbers + 7, 4, cudaMemcpyDeviceToHost));
  EXPECT(Got == 12);

  // A batch is in order; a wrong one does nothing.
  CUstreamBatchMemOpParams Batch[3] = {};
  Batch[0].waitValue.operation = CU_STREAM_MEM_OP_WAIT_VALUE_32;
  Batch[0].waitValue.address = at(Host + 8);
  Batch[0].waitValue.value = 1;
  Batch[1].writeValue.operation = CU_STREAM_MEM_OP_WRITE_VALUE_64;
  Batch[1].writeValue.address = at(Host + 10);
  Batch[1].writeValue.value64 = 5ULL << 32;
  Batch[2].waitValue.operation = CU_STREAM_MEM_OP_WAIT_VALUE_32;
  Batch[2].waitValue.address = at(Host + 9);
  Batch[2].waitValue.value = 1;
  OK(cuStreamBatchMemOp(A, 3, Batch, 0));
  GIVES(cudaErrorNotReady, cudaStreamQuery(A));
  EXPECT(cudaGetLastError() == cudaErrorNotReady && Shared[11] == 0);
  Shared[8] = 1;
  OK(cuStreamWaitValue32(B, at(Host + 11), 5, CU_STREAM_WAIT_VALUE_EQ));
  OK(cudaStreamSynchronize(B));
  GIVES(cudaErrorNotReady, cudaStreamQuery(A));
  EXPECT(cudaGetLastError() == cudaErrorNotReady);
  Shared[9] = 1;
  OK(cudaStreamSynchronize(A));
  Shared[11] = 0;
  Batch[2].waitValue.address = at(&Got);
  GIVES(CUDA_ERROR_INVALID_VALUE, cuStreamBatchMemOp(A, 3, Batch, 0));
  OK(cudaStreamSynchronize(A));
  EXPECT(Shared[11] == 0);

  // What is refused.
  GIVES(CUDA_ERROR_INVALID_VALUE, cuStreamWaitValue32(A, at(&Got), 1, 0));
  GIVES(CUDA_ERROR_INVALID_VALUE,
        cuStreamWaitValue64(A, at(Numbers + 1), 1, 0));
  GIVES(CUDA_ERROR_INVALID_VALUE, cuStreamWaitValue32(A, at(Host), 1, 4));
  GIVES(CUDA_ERROR_NOT_SUPPORTED,
        cuStreamWaitValue32(A, at(Host), 0, CU_STREAM_WAIT_VALUE_FLUSH));

  // In a graph, each time that it is launched.
  OK(cudaStreamBeginCapture(A, cudaStreamCaptureModeGlobal));
  OK(cuStreamWaitValue32(A, at(Host + 12), 1, CU_STREAM_WAIT_VALUE_EQ));
  OK(cuStreamWriteValue32(A, at(Host + 12), 2, 0));
  cudaGraph_t Graph;
  cudaGraphExec_t Exec;
  OK(cudaStreamEndCapture(A, &Graph));
  OK(cudaGraphInstantiateWithFlags(&Exec, Graph, 0));
  for (int I = 0; I < 2; ++I) {
    OK(cudaGraphLaunch(Exec, A));
    GIVES(cudaErrorNotReady, cudaStreamQuery(A));
    EXPECT(cudaGetLastError() == cudaErrorNotReady);
    Shared[12] = 1;
    OK(cudaStreamSynchronize(A));
    EXPECT(Shared[12] == 2);
  }

  // After a fault of the device nobody waits for ever.
  OK(cuStreamWaitValue32(A, at(Host + 13), 1, CU_STREAM_WAIT_VALUE_EQ));
  set<<<1, 1, 0, B>>>(nullptr, 1);
  OK(cudaGetLastError());
  GIVES(cudaErrorIllegalAddress, cudaStreamSynchronize(A));
}
