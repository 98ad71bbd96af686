// Graphs from nodes and from captures, launched again and changed.
//
// REQUIRES: emulated
// RUN: %clangxx_cuda -O1 -I%S/Inputs %s -o %t -L%cuda_path/lib64 \
// RUN:   -L%cuda_path/lib -lcudart
// RUN: env LD_LIBRARY_PATH=%emulated %t

#include "Expect.h"

__global__ void add(int *To, int Value) { To[threadIdx.x] += Value; }
__global__ void multiply(int *To, int Value) { To[threadIdx.x] *= Value; }

static const int N = 32;
static int *Numbers, *Result;

static void expectAll(int Value) {
  for (int I = 0; I < N; ++I)
    EXPECT(Result[I] == Value);
}

static void count(void *Number) { ++*static_cast<int *>(Number); }

static cudaKernelNodeParams kernel(void *Function, void **Arguments) {
  cudaKernelNodeParams P{};
  P.func = Function;
  P.gridDim = 1;
  P.blockDim = N;
  P.kernelParams = Arguments;
  return P;
}

static void fromNodes() {
  cudaGraph_t Graph;
  OK(cudaGraphCreate(&Graph, 0));
  cudaGraphNode_t Fill, Add, Multiply, Copy, Host, Empty;
  cudaMemsetParams Zero{};
  Zero.dst = Numbers, Zero.elementSize = 4, Zero.width = N, Zero.height = 1;
  OK(cudaGraphAddMemsetNode(&Fill, Graph, nullptr, 0, &Zero));
  int Two = 2, Three = 3, Calls = 0;
  void *AddArguments[] = {&Numbers, &Two};
  void *MultiplyArguments[] = {&Numbers, &Three};
  auto P = kernel(reinterpret_cast<void *>(add), AddArguments);
  auto Q = kernel(reinterpret_cast<void *>(multiply), MultiplyArguments);
  OK(cudaGraphAddKernelNode(&Add, Graph, &Fill, 1, &P));
  OK(cudaGraphAddKernelNode(&Multiply, Graph, &Add, 1, &Q));
  OK(cudaGraphAddMemcpyNode1D(&Copy, Graph, &Multiply, 1, Result, Numbers,
                              N * sizeof(int), cudaMemcpyDeviceToHost));
  OK(cudaGraphAddEmptyNode(&Empty, Graph, &Copy, 1));
  cudaHostNodeParams H{};
  H.fn = count, H.userData = &Calls;
  OK(cudaGraphAddHostNode(&Host, Graph, &Empty, 1, &H));

  size_t Nodes = 0, Roots = 0;
  OK(cudaGraphGetNodes(Graph, nullptr, &Nodes));
  OK(cudaGraphGetRootNodes(Graph, nullptr, &Roots));
  EXPECT(Nodes == 6 && Roots == 1);
  cudaGraphNodeType Type;
  OK(cudaGraphNodeGetType(Multiply, &Type));
  EXPECT(Type == cudaGraphNodeTypeKernel);
  cudaKernelNodeParams Read{};
  OK(cudaGraphKernelNodeGetParams(Multiply, &Read));
  EXPECT(Read.func == reinterpret_cast<void *>(multiply) &&
         *static_cast<int *>(Read.kernelParams[1]) == 3);

  // Arguments were taken when the node was made.
  Two = 100;
  cudaGraphExec_t Instance;
  OK(cudaGraphInstantiateWithFlags(&Instance, Graph, 0));
  cudaStream_t Stream;
  OK(cudaStreamCreate(&Stream));
  for (int I = 1; I <= 3; ++I) {
    Result[0] = 0;
    OK(cudaGraphLaunch(Instance, Stream));
    OK(cudaStreamSynchronize(Stream));
    expectAll(6);
    EXPECT(Calls == I);
  }

  // Other arguments for the instance, then for the graph, then all of it.
  Two = 5;
  OK(cudaGraphExecKernelNodeSetParams(Instance, Add, &P));
  OK(cudaGraphLaunch(Instance, Stream));
  OK(cudaStreamSynchronize(Stream));
  expectAll(15);
  Three = 10;
  OK(cudaGraphKernelNodeSetParams(Multiply, &Q));
  OK(cudaGraphLaunch(Instance, Stream));
  OK(cudaStreamSynchronize(Stream));
  expectAll(15);
#if CUDART_VERSION >= 12000
  cudaGraphExecUpdateResultInfo Info;
  OK(cudaGraphExecUpdate(Instance, Graph, &Info));
  OK(cudaGraphLaunch(Instance, Stream));
  OK(cudaStreamSynchronize(Stream));
  expectAll(20);
  OK(cudaGraphDestroyNode(Empty));
  GIVES(cudaErrorGraphExecUpdateFailure,
        cudaGraphExecUpdate(Instance, Graph, &Info));
  EXPECT(Info.result == cudaGraphExecUpdateErrorTopologyChanged);
  EXPECT(cudaGetLastError() == cudaErrorGraphExecUpdateFailure);
#endif

  // A graph of graphs.
  cudaGraph_t Outer;
  cudaGraphNode_t First, Second;
  OK(cudaGraphCreate(&Outer, 0));
  OK(cudaGraphAddChildGraphNode(&First, Outer, nullptr, 0, Graph));
  void *More[] = {&Result, &Three};
  P = kernel(reinterpret_cast<void *>(add), More);
  OK(cudaGraphAddKernelNode(&Second, Outer, &First, 1, &P));
  cudaGraphExec_t Both;
  OK(cudaGraphInstantiateWithFlags(&Both, Outer, 0));
  OK(cudaGraphDestroy(Outer));
  OK(cudaGraphDestroy(Graph));
  OK(cudaGraphLaunch(Both, Stream));
  OK(cudaStreamSynchronize(Stream));
  expectAll(2 * 10 + 10);
  OK(cudaGraphExecDestroy(Both));
  OK(cudaGraphExecDestroy(Instance));
  GIVES(cudaErrorInvalidValue, cudaGraphLaunch(Instance, Stream));
  GIVES(cudaErrorInvalidValue, cudaGraphDestroy(Graph));
}

static void fromCapture() {
  cudaStream_t A, B;
  cudaEvent_t Fork, Join;
  OK(cudaStreamCreate(&A));
  OK(cudaStreamCreate(&B));
  OK(cudaEventCreate(&Fork));
  OK(cudaEventCreate(&Join));
  OK(cudaMemset(Numbers, 0, 2 * N * sizeof(int)));
  OK(cudaDeviceSynchronize());

  // Nothing runs while it is captured.
  cudaGraph_t Graph;
  OK(cudaStreamBeginCapture(A, cudaStreamCaptureModeGlobal));
  add<<<1, N, 0, A>>>(Numbers, 1);
  OK(cudaEventRecord(Fork, A));
  OK(cudaStreamWaitEvent(B, Fork, 0));
  add<<<1, N, 0, B>>>(Numbers + N, 7);
  multiply<<<1, N, 0, A>>>(Numbers, 2);
  OK(cudaEventRecord(Join, B));
  OK(cudaStreamWaitEvent(A, Join, 0));
  OK(cudaMemcpyAsync(Result, Numbers, 2 * N * sizeof(int),
                     cudaMemcpyDeviceToHost, A));
  cudaStreamCaptureStatus Status;
  OK(cudaStreamIsCapturing(B, &Status));
  EXPECT(Status == cudaStreamCaptureStatusActive);
  GIVES(cudaErrorStreamCaptureUnsupported, cudaStreamSynchronize(A));
  OK(cudaStreamEndCapture(A, &Graph));
  OK(cudaStreamIsCapturing(B, &Status));
  EXPECT(Status == cudaStreamCaptureStatusNone);
  (void)cudaGetLastError();
  int Seen = -1;
  OK(cudaMemcpy(&Seen, Numbers, sizeof Seen, cudaMemcpyDeviceToHost));
  EXPECT(Seen == 0);

  size_t Nodes = 0;
  OK(cudaGraphGetNodes(Graph, nullptr, &Nodes));
  EXPECT(Nodes == 4);
  cudaGraphExec_t Instance;
  OK(cudaGraphInstantiateWithFlags(&Instance, Graph, 0));
  OK(cudaGraphLaunch(Instance, A));
  OK(cudaGraphLaunch(Instance, A));
  OK(cudaStreamSynchronize(A));
  expectAll((1 * 2 + 1) * 2);
  EXPECT(Result[N] == 14);
  OK(cudaGraphExecDestroy(Instance));
  OK(cudaGraphDestroy(Graph));

  // A branch that does not come back is refused.
  OK(cudaStreamBeginCapture(A, cudaStreamCaptureModeGlobal));
  OK(cudaEventRecord(Fork, A));
  OK(cudaStreamWaitEvent(B, Fork, 0));
  add<<<1, N, 0, B>>>(Numbers, 7);
  GIVES(cudaErrorStreamCaptureUnjoined, cudaStreamEndCapture(A, &Graph));
  EXPECT(cudaGetLastError() == cudaErrorStreamCaptureUnjoined && !Graph);
}

int main() {
  OK(cudaMalloc(&Numbers, 2 * N * sizeof(int)));
  OK(cudaMallocHost(&Result, 2 * N * sizeof(int)));
  fromNodes();
  fromCapture();
}
