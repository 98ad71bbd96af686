// Element i of out: what textures of one, two and three dimensions hold there.

__global__ void textures(float *out, cudaTextureObject_t line,
                         cudaTextureObject_t image,
                         cudaTextureObject_t volume) {
  int i = threadIdx.x;
  float x = 0.5f * i;
  out[i] = tex1D<float>(line, x) + 10 * tex2D<float2>(image, x, 1.5f).y +
           100 * tex3D<float>(volume, x, 0.5f, 1.5f) +
           1000 * tex2DLod<float2>(image, x, 0.5f, 0.0f).x +
           10000 * tex1Dfetch<float>(line, i);
}
