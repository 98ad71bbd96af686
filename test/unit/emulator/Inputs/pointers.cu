// Calls through pointers: of a table, of an object, of another kernel's choice.

using Operation = float (*)(float, float);

__device__ float add(float x, float y) { return x + y; }
__device__ float multiply(float x, float y) { return x * y; }
__device__ float larger(float x, float y) { return x > y ? x : y; }

__device__ Operation table[] = {add, multiply};
__device__ Operation chosen;

struct Shape {
  __device__ virtual float area(float x) const = 0;
};
struct Square : Shape {
  __device__ float area(float x) const override { return x * x; }
};
struct Strip : Shape {
  float width;
  __device__ explicit Strip(float w) : width(w) {}
  __device__ float area(float x) const override { return width * x; }
};

__global__ void fromTable(float *out, int first) {
  int i = threadIdx.x;
  out[i] = table[(first + i) & 1](out[i], 10.0f);
}

__global__ void fromObjects(float *out) {
  int i = threadIdx.x;
  Square square;
  Strip strip(100.0f);
  const Shape *shape = &square;
  if (i & 1)
    shape = &strip;
  out[i] = shape->area(out[i]);
}

__global__ void choose(int which) {
  chosen = which ? static_cast<Operation>(larger) : add;
}

__global__ void asChosen(float *out) {
  int i = threadIdx.x;
  out[i] = chosen(out[i], 2.5f);
}
