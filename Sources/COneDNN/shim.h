#include <oneapi/dnnl/dnnl.h>

// From OpenMP's runtime, which oneDNN was built with; omp.h itself is not needed. For the calling thread only.
void omp_set_num_threads(int);
