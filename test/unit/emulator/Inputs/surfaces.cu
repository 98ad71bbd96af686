// Moves an image in place of a surface by one column, and what two layers of a
// volume hold.

__global__ void surfaces(cudaSurfaceObject_t image, cudaSurfaceObject_t volume,
                         cudaSurfaceObject_t line) {
  int x = threadIdx.x, y = threadIdx.y;
  ushort2 here = surf2Dread<ushort2>(image, x * 4, y);
  __syncthreads();
  surf2Dwrite(here, image, x * 4 + 4, y, cudaBoundaryModeZero);
  float4 far = surf3Dread<float4>(volume, 0, y, 1);
  if (x == 0)
    surf3Dwrite(far, volume, 0, y, 0);
  unsigned char low;
  surf1Dread(&low, line, 100 * x - 50, cudaBoundaryModeClamp);
  if (y == 0)
    surf1Dwrite(static_cast<unsigned char>(low + 1), line, x);
}
