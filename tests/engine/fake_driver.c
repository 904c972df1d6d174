/* The functions of the CUDA driver that are called, declared as cuda.h does, with launchers of the twin in the place of kernels. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

typedef int (*launcher)(unsigned grid, unsigned block, unsigned long long shared_bytes, const void *work, int backwards);

static int allowed = 48 << 10;

int cuGetErrorString(int error, const char **text)
{
    *text = error == 700 ? "an illegal memory access was encountered" : "invalid argument";
    return 0;
}

int cuModuleLoadData(void **module, const void *image)
{
    *module = dlopen((const char *)image, RTLD_NOW); /* the image is the path of a library */
    return *module ? 0 : 200;
}

int cuModuleGetFunction(void **function, void *module, const char *name)
{
    *function = dlsym(module, name);
    return *function ? 0 : 500;
}

int cuFuncSetAttribute(void *function, int attribute, int value)
{
    if (!function || attribute != 8 || value > 227 << 10) return 1;
    allowed = value;
    return 0;
}

int cuLaunchKernel(void *function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y,
                   unsigned block_z, unsigned shared_bytes, void *stream, void **arguments, void **extra)
{
    if (grid_y != 1 || grid_z != 1 || block_y != 1 || block_z != 1 || block_x > 1024 || !grid_x || stream || extra) return 1;
    if (shared_bytes > (unsigned)allowed) return 1;
    return ((launcher)function)(grid_x, block_x, shared_bytes, arguments[0], 0) ? 700 : 0;
}
