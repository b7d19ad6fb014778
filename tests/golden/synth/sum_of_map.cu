// @wp.kernel
// def sum_of_map_83c88ccf(x: wp.array(dtype=wp.float64), y: wp.array(dtype=wp.float64), z: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):
//     i = wp.tid()
//     x_i = x[i]
//     y_i = y[i]
//     z_i = z[i]
//     t0 = wp.atan(wp.float64(2.66) * (y_i + x_i) * z_i)
//     t1 = wp.float64(1.52) - wp.atan(t0)
//     wp.atomic_add(out, 0, wp.atan(t1 + wp.float64(2.44)))

extern "C" __global__ void sum_of_map_83c88ccf_cuda_kernel_forward(
    wp::launch_bounds_t<1> dim,
    wp::array_t<wp::float64> var_x,
    wp::array_t<wp::float64> var_y,
    wp::array_t<wp::float64> var_z,
    wp::array_t<wp::float64> var_out)
{
    wp::tile_shared_storage_t tile_mem;

    for (size_t _idx = static_cast<size_t>(blockDim.x) * static_cast<size_t>(blockIdx.x) + static_cast<size_t>(threadIdx.x);
         _idx < dim.size;
         _idx += static_cast<size_t>(blockDim.x) * static_cast<size_t>(gridDim.x))
    {
            // reset shared memory allocator
        wp::tile_shared_storage_t::init();

        //---------
        // primal vars
        wp::int32 var_0;
        wp::float64* var_1;
        wp::float64 var_2;
        wp::float64 var_3;
        wp::float64* var_4;
        wp::float64 var_5;
        wp::float64 var_6;
        wp::float64* var_7;
        wp::float64 var_8;
        wp::float64 var_9;
        wp::float64 var_10;
        wp::float64 var_11;
        wp::float64 var_12;
        wp::float64 var_13;
        wp::float64 var_14;
        wp::float64 var_15;
        wp::float64 var_16;
        wp::float64 var_17;
        const wp::int32 var_18 = 0;
        wp::float64 var_19;
        wp::float64 var_20;
        wp::float64 var_21;
        wp::float64 var_22;
        //---------
        // forward
        // def sum_of_map_83c88ccf(x: wp.array(dtype=wp.float64), y: wp.array(dtype=wp.float64), z: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):       <L 2>
        // i = wp.tid()                                                                           <L 3>
        var_0 = builtin_tid1d();
        // x_i = x[i]                                                                             <L 4>
        var_1 = wp::address(var_x, var_0);
        var_3 = wp::load(var_1);
        var_2 = wp::copy(var_3);
        // y_i = y[i]                                                                             <L 5>
        var_4 = wp::address(var_y, var_0);
        var_6 = wp::load(var_4);
        var_5 = wp::copy(var_6);
        // z_i = z[i]                                                                             <L 6>
        var_7 = wp::address(var_z, var_0);
        var_9 = wp::load(var_7);
        var_8 = wp::copy(var_9);
        // t0 = wp.atan(wp.float64(2.66) * (y_i + x_i) * z_i)                                     <L 7>
        var_10 = 2.66;
        var_11 = wp::add(var_5, var_2);
        var_12 = wp::mul(var_10, var_11);
        var_13 = wp::mul(var_12, var_8);
        var_14 = wp::atan(var_13);
        // t1 = wp.float64(1.52) - wp.atan(t0)                                                    <L 8>
        var_15 = 1.52;
        var_16 = wp::atan(var_14);
        var_17 = wp::sub(var_15, var_16);
        // wp.atomic_add(out, 0, wp.atan(t1 + wp.float64(2.44)))                                  <L 9>
        var_19 = 2.44;
        var_20 = wp::add(var_17, var_19);
        var_21 = wp::atan(var_20);
        var_22 = wp::atomic_add(var_out, var_18, var_21);
    }
}

extern "C" __global__ void sum_of_map_83c88ccf_cuda_kernel_backward(
    wp::launch_bounds_t<1> dim,
    wp::array_t<wp::float64> var_x,
    wp::array_t<wp::float64> var_y,
    wp::array_t<wp::float64> var_z,
    wp::array_t<wp::float64> var_out,
    wp::array_t<wp::float64> adj_x,
    wp::array_t<wp::float64> adj_y,
    wp::array_t<wp::float64> adj_z,
    wp::array_t<wp::float64> adj_out)
{
    wp::tile_shared_storage_t tile_mem;

    for (size_t _idx = static_cast<size_t>(blockDim.x) * static_cast<size_t>(blockIdx.x) + static_cast<size_t>(threadIdx.x);
         _idx < dim.size;
         _idx += static_cast<size_t>(blockDim.x) * static_cast<size_t>(gridDim.x))
    {
            // reset shared memory allocator
        wp::tile_shared_storage_t::init();

        //---------
        // primal vars
        wp::int32 var_0;
        wp::float64* var_1;
        wp::float64 var_2;
        wp::float64 var_3;
        wp::float64* var_4;
        wp::float64 var_5;
        wp::float64 var_6;
        wp::float64* var_7;
        wp::float64 var_8;
        wp::float64 var_9;
        wp::float64 var_10;
        wp::float64 var_11;
        wp::float64 var_12;
        wp::float64 var_13;
        wp::float64 var_14;
        wp::float64 var_15;
        wp::float64 var_16;
        wp::float64 var_17;
        const wp::int32 var_18 = 0;
        wp::float64 var_19;
        wp::float64 var_20;
        wp::float64 var_21;
        wp::float64 var_22;
        //---------
        // dual vars
        wp::int32 adj_0 = {};
        wp::float64 adj_1 = {};
        wp::float64 adj_2 = {};
        wp::float64 adj_3 = {};
        wp::float64 adj_4 = {};
        wp::float64 adj_5 = {};
        wp::float64 adj_6 = {};
        wp::float64 adj_7 = {};
        wp::float64 adj_8 = {};
        wp::float64 adj_9 = {};
        wp::float64 adj_10 = {};
        wp::float64 adj_11 = {};
        wp::float64 adj_12 = {};
        wp::float64 adj_13 = {};
        wp::float64 adj_14 = {};
        wp::float64 adj_15 = {};
        wp::float64 adj_16 = {};
        wp::float64 adj_17 = {};
        wp::int32 adj_18 = {};
        wp::float64 adj_19 = {};
        wp::float64 adj_20 = {};
        wp::float64 adj_21 = {};
        wp::float64 adj_22 = {};
        //---------
        // forward
        // def sum_of_map_83c88ccf(x: wp.array(dtype=wp.float64), y: wp.array(dtype=wp.float64), z: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):       <L 2>
        // i = wp.tid()                                                                           <L 3>
        var_0 = builtin_tid1d();
        // x_i = x[i]                                                                             <L 4>
        var_1 = wp::address(var_x, var_0);
        var_3 = wp::load(var_1);
        var_2 = wp::copy(var_3);
        // y_i = y[i]                                                                             <L 5>
        var_4 = wp::address(var_y, var_0);
        var_6 = wp::load(var_4);
        var_5 = wp::copy(var_6);
        // z_i = z[i]                                                                             <L 6>
        var_7 = wp::address(var_z, var_0);
        var_9 = wp::load(var_7);
        var_8 = wp::copy(var_9);
        // t0 = wp.atan(wp.float64(2.66) * (y_i + x_i) * z_i)                                     <L 7>
        var_10 = 2.66;
        var_11 = wp::add(var_5, var_2);
        var_12 = wp::mul(var_10, var_11);
        var_13 = wp::mul(var_12, var_8);
        var_14 = wp::atan(var_13);
        // t1 = wp.float64(1.52) - wp.atan(t0)                                                    <L 8>
        var_15 = 1.52;
        var_16 = wp::atan(var_14);
        var_17 = wp::sub(var_15, var_16);
        // wp.atomic_add(out, 0, wp.atan(t1 + wp.float64(2.44)))                                  <L 9>
        var_19 = 2.44;
        var_20 = wp::add(var_17, var_19);
        var_21 = wp::atan(var_20);
        // var_22 = wp::atomic_add(var_out, var_18, var_21);
        //---------
        // reverse
        wp::adj_atomic_add(var_out, var_18, var_21, adj_out, adj_18, adj_21, adj_22);
        wp::adj_atan(var_20, adj_20, adj_21);
        wp::adj_add(var_17, var_19, adj_17, adj_19, adj_20);
        // adj: wp.atomic_add(out, 0, wp.atan(t1 + wp.float64(2.44)))                             <L 9>
        wp::adj_sub(var_15, var_16, adj_15, adj_16, adj_17);
        wp::adj_atan(var_14, adj_14, adj_16);
        // adj: t1 = wp.float64(1.52) - wp.atan(t0)                                               <L 8>
        wp::adj_atan(var_13, adj_13, adj_14);
        wp::adj_mul(var_12, var_8, adj_12, adj_8, adj_13);
        wp::adj_mul(var_10, var_11, adj_10, adj_11, adj_12);
        wp::adj_add(var_5, var_2, adj_5, adj_2, adj_11);
        // adj: t0 = wp.atan(wp.float64(2.66) * (y_i + x_i) * z_i)                                <L 7>
        wp::adj_copy(var_9, adj_7, adj_8);
        wp::adj_address(var_z, var_0, adj_z, adj_0, adj_7);
        // adj: z_i = z[i]                                                                        <L 6>
        wp::adj_copy(var_6, adj_4, adj_5);
        wp::adj_address(var_y, var_0, adj_y, adj_0, adj_4);
        // adj: y_i = y[i]                                                                        <L 5>
        wp::adj_copy(var_3, adj_1, adj_2);
        wp::adj_address(var_x, var_0, adj_x, adj_0, adj_1);
        // adj: x_i = x[i]                                                                        <L 4>
        // adj: i = wp.tid()                                                                      <L 3>
        // adj: def sum_of_map_83c88ccf(x: wp.array(dtype=wp.float64), y: wp.array(dtype=wp.float64), z: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):  <L 2>
        continue;
    }
}
